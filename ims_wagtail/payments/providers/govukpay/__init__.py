"""GOV.UK Pay: the government's own card payment service."""
