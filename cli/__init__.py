"""The `codefacet` command: the group, the settings and error lines shared by every sub-command."""
