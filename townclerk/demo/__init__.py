"""The demo cities: sites, loading, evaluation."""
