"""The report as a page: pictures drawn as SVG and put into HTML, always in light colours, as on paper."""
