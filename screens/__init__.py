"""What is seen: the Textual application, one module per screen."""
