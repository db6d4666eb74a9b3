"""The Flask app: pages over one served generation."""
