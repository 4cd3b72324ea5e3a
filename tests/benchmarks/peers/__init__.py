"""Side by side with django-helpdesk: the same tickets, the same server, the same questions."""
