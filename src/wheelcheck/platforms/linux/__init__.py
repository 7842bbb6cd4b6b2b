"""What Linux and Android supply, where their loaders look, and what their tags promise."""
