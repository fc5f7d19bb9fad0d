"""The routes of the HTTP API, a file for each resource; they translate between HTTP and the services."""
