"""Radio and laser links: budgets, margins and data rates from array kernels."""
