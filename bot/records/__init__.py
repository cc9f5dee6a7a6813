"""What residents wrote: how long it is kept, deleting it on request, handing it over."""
