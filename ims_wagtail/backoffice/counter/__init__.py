"""Cash, cheques and postal orders: taken at the counter or sent by post, and cashed up."""
