"""A local mail server that keeps every mail and delivers none, and the page that shows them. For demos and tests."""
