"""The public face in HTML: typed view models, plain renderers, templates and one style sheet.

Every page works without JavaScript, loads nothing from another host and stands under ``CONTENT_SECURITY_POLICY``.
A renderer takes a frozen view model and returns the page's text; routes, cookies and status codes are not its matter.
"""
