"""How village workbooks get into the ledger: forms out, workbooks in, checked rows, receipts."""
