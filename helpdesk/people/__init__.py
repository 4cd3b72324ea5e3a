"""Customers as people: their companies, what staff note about them, two that are one."""
