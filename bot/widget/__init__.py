"""What residents see in a browser: chat widget, demo page, page without JavaScript, phone simulator.

Plain files, no build step and no request to any other host. Answers reach the browser as
data and are shown as text only.
"""
