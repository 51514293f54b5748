"""Gold texts, changed as the world changes texts, and what that costs."""
