"""Numbers that agree: what stands in two papers is one figure, and stands in the files as it was listed.

Responsible for reading written papers back (pages, PDF, Word, workbooks, lists of numbers) and comparing every number
across kinds, languages and formats. Not responsible for writing papers, nor for sealing them.
"""

from povlib.report.agreement.paper_agreement import PaperAgreement as PaperAgreement
from povlib.report.agreement.paper_agreement import paper_agreement as paper_agreement
