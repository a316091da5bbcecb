"""An order's own terms and word lists, found in any form."""
