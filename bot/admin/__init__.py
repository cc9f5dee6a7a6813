"""Admin console for city staff, served by the gateway."""
