"""Lists as they are shown: their columns, cells and tabs."""
