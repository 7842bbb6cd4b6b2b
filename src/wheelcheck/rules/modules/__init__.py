"""Rules on what `import` will find."""
