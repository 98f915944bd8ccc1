"""The look: component tags, base templates, tables, filters, icons. No business words."""
