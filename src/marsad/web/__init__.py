"""The web app: pages for people and an API for programs over one record, read only.

`app.make_app` makes it; `marsad serve` runs it on the loopback interface.
"""
