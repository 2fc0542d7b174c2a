"""The demo newsroom: made-up publishers on 127.0.0.1, with pages and feeds as flawed as real ones."""
