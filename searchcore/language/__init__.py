"""Language rules: which words find which (`schemas/language/`), and how words are spelled and stemmed."""

from searchcore.language.rules import PART, Rule, load_rules, read_rules, slug

__all__ = ["PART", "Rule", "load_rules", "read_rules", "slug"]
