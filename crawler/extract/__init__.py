"""Makes readable pages of fetched bytes: main text, headings, question-answer pairs, dates, links.

`limits.ParsePool` is the way in for the crawl: it runs `html.extract_html` and
`pdf.extract_pdf` in limited child processes. One page goes through these steps:

    charset -> head (title, language, links, robots) -> panels (accordions) -> hidden ->
    landmarks (main content) -> boilerplate -> walk (pieces) -> blocks -> faqs (JSON-LD) -> dates
"""
