"""Performance evaluation 绩效评价 as a paper, a page and sheets: each indicator with the rows it leads to.

Households stand by their number, never by name. Begin with `paper`.
"""
