"""Read what is seen: glyphs where they can be trusted, OCR where not, codes and small pictures besides."""
