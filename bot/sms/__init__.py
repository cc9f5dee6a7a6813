"""Text messages: the webhook, the queue behind it, and the one place that knows Twilio."""
