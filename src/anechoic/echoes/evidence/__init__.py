"""What is known of two texts before anybody judges them."""
