"""What residents and staff touch: gateway, widget, admin console, and the Rasa assistant."""
