"""Presenters: frozen values with the words and addresses of each visible part. No Flask in here."""
