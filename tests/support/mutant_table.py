"""The defences by rows of the threat tables, what switches each off, and the tests that must notice."""
# ruff: noqa: E501 - a table: one line each reads better

from __future__ import annotations

import re
from typing import Any

from qupia_redaction.layout.rooms import Fit
from qupia_redaction.pdf.art import Telling
from tests.support.mutants import Change, Mutant, always, both, nothing, swap

_BOOK = "tests/integration/test_hostile_masters.py::test_no_secret_survives_and_nothing_else_is_lost[{}]"
_UNIT = "tests/unit/redaction/test_{}.py"
_NEVER = re.compile(rb"(?!)")
_NO_TEXT = re.compile(r"(?!)")


def book(*names: str) -> tuple[str, ...]:
    """Return the node ids of attacks."""
    return tuple(_BOOK.format(name) for name in names)


def channel(*names: str) -> tuple[str, ...]:
    """Return the node ids of channels of one name."""
    return tuple(f"tests/integration/test_attack_channels.py::test_no_channel_tells_the_name[{name}]" for name in names)


def unit(file: str, *tests: str) -> tuple[str, ...]:
    """Return node ids of unit tests of the redactor."""
    return tuple(f"{_UNIT.format(file)}::{test}" for test in tests) or (_UNIT.format(file),)


def _classes(change: Any) -> Change:
    """Fold characters otherwise: the table of what is known already is emptied."""

    def switch() -> None:
        from qupia_redaction.terms import fold as terms_fold

        terms_fold._TABLE.clear()
        terms_fold.classes = change(terms_fold.classes)

    return switch


def _near_nothing(level: Any) -> Any:
    return level.pixels < 0


def _no_case(fold: Any) -> Any:
    return lambda char: char if char.isupper() else fold(char)


def _signs_count(fold: Any) -> Any:
    return lambda char: fold(char) or (char if char in " -./\n\u00a0" else "")


def _unfolded(_: Any) -> Any:
    return lambda char: char.casefold() if char.isalnum() else ""


def _undecomposed(fold: Any) -> Any:
    return lambda char: fold(char) if char.isascii() or ("\u0400" <= char < "\u0530" and char not in "йёїЙЁЇ") else char


def _levelled() -> None:
    from qupia_redaction.page.lines import LEVEL
    from qupia_redaction.pdf import read

    placed = read._glyph
    read._glyph = lambda char, style, turn, height: placed(char, style, LEVEL, height)


def _without_flag() -> None:
    import pymupdf

    from qupia_redaction.intake import operators
    from qupia_redaction.pdf import read

    read._FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE
    operators._TAGS = frozenset()


def _plain_placement(page: Any) -> Any:
    from qupia_redaction.intake.normalise import Placement

    x0, y0, x1, y1 = (float(side) for side in page.mediabox.as_list())
    return Placement((1, 0, 0, 1, 0, 0), x1 - x0, y1 - y0)


def _walled(pages: Any) -> Any:
    from qupia_redaction.terms.fold import WALL, Piece, skeleton

    return skeleton(pages, [p for i, page in enumerate(pages) for p in (Piece(i, 0, len(page.text)), WALL)])


def _font_box(glyphs: Any) -> Any:
    import pymupdf

    size, baseline = glyphs[0].style.size, glyphs[0].baseline
    x0, x1 = min(g.x0 for g in glyphs), max(g.x1 for g in glyphs)
    return pymupdf.Rect(x0, baseline - 1.1 * size, x1, baseline + 0.9 * size)


def _whole_jpeg(data: bytes) -> bytes:
    return data


def _kept_keys() -> None:
    """Copy the catalogue's keys, as a scrubber does that lists what must go."""
    import io

    import pikepdf

    from qupia_redaction.intake.admission import admit
    from qupia_redaction.rebuild import build as original

    kept: dict[str, bytes] = {}

    def remember(master: Any, password: Any, limits: Any) -> Any:
        kept["master"] = master
        return admit(master, password, limits)

    def build(*args: Any) -> Any:
        built = original(*args)
        with pikepdf.open(io.BytesIO(built.data)) as pdf, pikepdf.open(io.BytesIO(kept["master"])) as master:
            for key in set(master.Root.keys()) - {"/Type", "/Pages", "/Outlines"}:
                pdf.Root[key] = pdf.copy_foreign(master.make_indirect(master.Root[key]))
            buffer = io.BytesIO()
            pdf.save(buffer)
        return type(built)(buffer.getvalue(), built.pages)

    swap("pipeline:build", build)()
    swap("pipeline:admit", remember)()


def _plainly(pdf: Any) -> bytes:
    from qupia_redaction.intake import admission as intake

    return intake._saved(pdf)


def _opened(data: bytes, _password: object) -> Any:
    import io

    import pikepdf

    for password in ("", "user", "owner", "open", "secret"):
        try:
            return pikepdf.open(io.BytesIO(data), password=password)
        except pikepdf.PasswordError:
            continue
    raise AssertionError


def _all_samples() -> None:
    """Copy pictures with all bytes that their streams hold."""
    from qupia_redaction.rebuild import images

    copied = images.copy_image

    def copy(pdf: Any, image: Any) -> Any:
        made = copied(pdf, image)
        if "/Filter" not in made:
            made.write(image.read_bytes())
        return made

    swap("rebuild.images:copy_image", copy)()


def _with_tags() -> None:
    """Let tags and their properties through, on the way in and on the way out, and ask for no keys."""
    from qupia_redaction.intake import operators
    from qupia_redaction.rebuild import content

    operators._TAGS = frozenset()
    content._DROPPED = frozenset()
    content._PLAIN |= {"BMC", "BDC", "EMC", "MP", "DP"}
    content._check_operands = nothing


def _as_stated(_pdf: Any, _limit: int) -> Any:
    from qupia_redaction.intake import admission as intake

    return intake.count_pages(b"")  # type: ignore[attr-defined]


_UNDRAWN = swap("terms.search:as_drawn", always(()))
_BELIEVED = swap("read.trust:FontTrust.lies", always(False))

MUTANTS: tuple[Mutant, ...] = (
    # finding the secret on the page
    Mutant("case and declension", "case is not folded", _classes(_no_case), book("find: capitals")),
    Mutant("case and declension", "no endings", swap("terms.forms:is_ending", always(False)), book("find: declined Russian", "find: declined Kazakh")),
    Mutant("spacing and separators", "signs count as letters", _classes(_signs_count), book("find: number with hyphens")),
    Mutant("split and shuffled runs", "letters are not sorted", swap("page.lines:sorted", lambda items, key=None: list(items)), book("find: letters backwards")),
    Mutant("split and shuffled runs", "drawing order is not searched", swap("terms.search:as_drawn", always(())), book("sly: letters round a stamp")),
    Mutant("line, column and page breaks", "columns are not read downwards", swap("terms.order:_Sheet.columns", always(())), unit("terms", "test_a_name_broken_in_the_middle_of_a_long_column_is_found")),
    Mutant("line, column and page breaks", "pages are not joined", both(swap("terms.search:_natural", _walled), swap("terms.order:_pairs", always(()))), book("find: break over pages")),
    Mutant("line, column and page breaks", "ends and heads of columns are not joined", swap("terms.order:_pairs", always(())), unit("terms", "test_a_name_broken_between_columns_is_found")),
    Mutant("zero-width characters", "they part words", swap("terms.fold:is_unseen", always(False)), unit("terms_typed", "test_marks_without_width_part_no_short_word")),
    Mutant("look-alike letters", "alphabets are not joined", _classes(_unfolded), book("find: Latin look-alikes")),
    Mutant("decomposed letters, ligatures", "nothing is decomposed", _classes(_undecomposed), unit("terms", "test_a_name_is_found_in_every_form")),
    Mutant("digits typed as letters", "words are read as spelled", swap("terms.search:respelled", always(())), unit("terms_typed")),
    Mutant("digits typed as letters", "percent signs stay", swap("terms.typed:_ESCAPES", _NO_TEXT), unit("terms_typed")),
    Mutant("rotated text", "every line is level", both(_levelled, _UNDRAWN), book("find: turned 90", "find: turned 30")),
    Mutant("stacked text", "columns are not read", both(swap("terms.search:threads", always(())), _UNDRAWN), book("find: stacked letters in two columns")),
    Mutant("stacked text", "short names in piles are parted", swap("terms.order:_lower", always(False)), unit("terms", "test_a_short_name_drawn_downwards_at_the_ends_of_lines_is_found")),
    Mutant("stacked text", "letters in piles are not followed", swap("terms.order:_piled", always({})), unit("terms", "test_a_short_name_in_letters_one_below_the_other_is_found")),
    Mutant("stacked text", "large initials stand alone", both(swap("terms.order:_Sheet.initials", always(())), _UNDRAWN), book("sly: large initial, drawn last")),
    Mutant("missing Unicode map", "every code means something", both(swap("pdf.read:unmapped", always(False)), _BELIEVED), book("find: no Unicode map")),
    Mutant("wrong Unicode map", "fonts are believed", _BELIEVED, book("find: map that lies")),
    Mutant("wrong Unicode map", "letters that OCR takes for each other are believed", swap("read.trust:lies", always(False)), book("twin: letters OCR takes for each other", "twin: one letter of a name")),
    Mutant("wrong Unicode map", "fonts of few letters are believed", swap("read.trust:_few_lie", always(False)), book("twin: letters of a second font in a word")),
    Mutant("wrong Unicode map", "lines that OCR reads surely are foreign", swap("read.blending:reads_as_nonsense", always(True)), unit("foreign_lines", "test_a_line_that_may_be_of_a_map_that_lies_is_searched_only")),
    Mutant("wrong Unicode map", "foreign words are read surely", swap("read.foreign:foreign_places", always(())), unit("foreign_lines", "test_words_of_such_lines_count_as_not_read_surely")),
    Mutant("Type 3", "letters that are programs are believed", both(swap("pdf.classify:is_strange", always(False)), swap("read.trust:FontTrust.lies", always(False))), book("find: Type 3 with a lying map")),
    Mutant("outlines", "drawn words are not read", swap("read.reading:_add_drawn_words", nothing), book("find: filled outlines")),
    Mutant("scans", "combs are not read by cells", swap("read.combs:_combs", always(())), unit("combs")),
    Mutant("stacked text", "stacked letters of pictures are not read", swap("read.looking:stacked_words", always([])), unit("stacks")),
    Mutant("outlines", "drawn words on grounds are not read", swap("read.reading:on_grounds", always(None)), book("find: light outlines on a dark band", "find: outlines on a pale band")),
    Mutant("outlines", "drawn words of their ground's grey are not read", swap("read.reading:has_hues", always(False)), unit("hues", "test_a_name_that_only_colour_shows_is_hidden")),
    Mutant("outlines", "dots of letters are not joined", swap("read.reading:joined_dots", always(None)), unit("dots", "test_a_name_of_dots_is_read")),
    Mutant("outlines", "pale drawn words are not read", swap("read.reading:pale", always(None)), unit("leftover_ink", "test_a_name_in_pale_outlines_is_hidden")),
    Mutant("ActualText", "nested replacement text is left", swap("intake.operators:_TAGS", frozenset()), book("sly: replacement text in replacement text")),
    Mutant("ActualText", "replacement text is read", _without_flag, unit("not_shown", "test_replacement_text_is_not_read")),
    Mutant("not visible", "what is not seen stays", swap("pdf.apply:erase_unseen", nothing), book("hide: behind a clip", "hide: white")),
    Mutant("not visible", "squashed letters have no band", swap("pdf.apply:_to_the_line", lambda band, glyph: band), unit("not_shown", "test_letters_squashed_to_nothing_go")),
    Mutant("images", "faint shapes may be covered", swap("pdf.pictures:_blank_over", always(False)), unit("pictures_stay", "test_a_faint_name_under_paper_makes_pixels")),
    Mutant("images", "colours that a mask makes clear stay", swap("rebuild.images:clear_samples", always(None)), unit("rebuild_clear", "test_what_a_mask_makes_clear_leaves_as_one_colour")),
    Mutant("images", "inks may show nothing", swap("rebuild.images:hides_inks", always(False)), unit("rebuild_inks", "test_inks_that_may_show_nothing_make_pixels")),
    Mutant("images", "shades of the paper stay", swap("rebuild.images:flat_grounds", lambda data, *_more: data), unit("rebuild_unseen", "test_a_name_in_a_shade_of_the_paper_does_not_leave")),
    Mutant("images", "indices of one colour stay", swap("rebuild.images:one_index_a_colour", lambda data, *_more: data), unit("rebuild_unseen", "test_indices_that_something_else_names_are_one_a_colour_too")),
    Mutant("not visible", "squashed letters are not verified", swap("pdf.apply:places", always(set())), unit("not_shown", "test_unseen_letters_that_cannot_be_removed_are_told")),
    Mutant("not visible", "only the page is read", swap("read.reading:_with_cut_lines", lambda content, lines: lines), book("hide: cut by the crop", "sly: end of a name covered")),
    Mutant("hidden layers", "layers stay as they are", swap("intake.normalise:_show_defaults", nothing), unit("not_shown", "test_what_is_hidden_goes")),
    Mutant("hidden layers", "memberships hide nothing", swap("intake.layers:_off_by_policy", always(False)), unit("not_shown", "test_what_is_hidden_goes")),
    Mutant("tight lines", "boxes of fonts, not of glyphs", both(swap("pdf.apply:_band", _font_box), swap("pdf.setting:_robbed", always([]))), book("find: tight lines") + unit("pipeline", "test_neighbouring_lines_survive_tight_setting")),
    Mutant("unit, origin, rotation", "pages stay as they lie", swap("intake.normalise:placement", _plain_placement), unit("not_shown", "test_a_page_is_read_as_it_is_shown")),
    Mutant("two-letter secrets", "words have no boundaries", swap("terms.search:_boundary", always(True)), book("find: two-letter secret")),
    # taking it out
    Mutant("patterns", "tiles are not drawn one by one", swap("intake.normalise:lay_tiles", nothing), unit("pipeline", "test_tiling_patterns_with_words_are_drawn_tile_by_tile")),
    Mutant("soft masks", "masks are not looked for", swap("pdf.classify:_MASK_GROUP", _NO_TEXT), unit("not_shown", "test_a_soft_mask_makes_its_page_distrusted")),
    Mutant("size tells", "letters keep their codes", swap("rebuild.document:recode", always(None)), unit("rebuild_recode", "test_letters_used_elsewhere_leave_no_slot_and_no_code")),
    Mutant("size tells", "a mark is as wide as what it hides", swap("mark.marking:Orders.mark_width", lambda self, span, em: 6.0 * (span.end - span.start)), unit("attack_sizes", "test_marks_on_pixels_are_as_wide_whatever_they_hide")),
    Mutant("size tells", "a mark on text is as wide as what it hides", swap("layout.typeset:Layout._token_width", lambda self, span, size: 6.0 * (span.end - span.start)), unit("pipeline", "test_the_output_does_not_tell_the_width_of_the_name")),
    Mutant("size tells", "a line begins where it began", swap("layout.placing:Places.start", lambda self, mine, size, width: mine.left), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[centred]")),
    Mutant("size tells", "notes are rows of their own", swap("page.lines:_with_notes", lambda rows: rows), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[raised note]")),
    Mutant("size tells", "lines below begin where rounded moves lead", swap("rebuild.order:_Walk._starts_line", nothing), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[stretched prose, moves rounded]")),
    Mutant("size tells", "lines come where the hidden ones were read", swap("pdf.write:in_reading_order", lambda lines, kept: (list(lines), {id(one): [s for s in kept if s.start >= one.erased.end][:3] for one in lines})), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[two columns of prose]")),
    Mutant("size tells", "frames of other rows go with a name's own", swap("pdf.art:_in_row", lambda segment, art: art), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[centred in frames]")),
    Mutant("size tells", "the rule above a note goes with some names", swap("pdf.art:_without_notes_rule", lambda line, art: [*art]), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[rule above a note]")),
    Mutant("size tells", "columns stay as wide as a name", swap("pdf.setting:_fitted", lambda page, layouts: ([], [*layouts])), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[fitted table, ruled]")),
    Mutant("size tells", "tables are those with upright rules", swap("layout.fitted:bare_grids", always(())), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[fitted table, no rules]")),
    Mutant("size tells", "every table counts as fitted", swap("layout.fitted:fit_of", always(Fit(10.8))), unit("fitted", "test_columns_of_set_widths_stay")),
    Mutant("size tells", "what a table has more than it needs is nobody's", swap("layout.rooms:_Columns._shared", always(None)), unit("rooms", "test_columns_are_set_the_same_for_every_name[room shared out in proportion]")),
    Mutant("size tells", "a hidden text is never asked for its own column", swap("layout.rooms:_Columns.fits_itself", always(False)), unit("rooms", "test_a_table_leaves_as_the_same_bytes_and_with_its_words[one column]")),
    Mutant("size tells", "dashed rules are no rules", swap("pdf.ruling:_DASHES", _NO_TEXT), unit("rooms", "test_columns_are_set_the_same_for_every_name[dashed rules]")),
    Mutant("size tells", "a centred table begins where a name made it begin", swap("layout.fitted:_Table._start", lambda self, width: self.grid.bounds[0]), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[fitted table in the middle]")),
    Mutant("size tells", "a table at the right begins where a name made it begin", swap("layout.fitted:_Table._start", lambda self, width: self.grid.bounds[0]), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[fitted table at the right]")),
    Mutant("size tells", "a block begins where its longest line made it begin", swap("pdf.setting:_blocks", lambda layouts: ([], [*layouts])), unit("blocks", "test_lines_leave_as_the_same_bytes_and_with_their_words[block at the right]")),
    Mutant("size tells", "boxes of words are what OCR guessed", swap("read.fitting:_run", always(0)), unit("fitting", "test_box_beside_its_ink_comes_to_hold_the_whole_of_it")),
    Mutant("size tells", "words that are moved bring a rim of their neighbours along", swap("layout.reflow:_own_sides", lambda parts, at, pad: (parts[at].box.x0 - pad, parts[at].box.x1 + pad)), unit("reflow", "test_a_word_that_is_moved_brings_nothing_of_a_hidden_neighbour_along")),
    Mutant("size tells", "what hangs behind a name stays", swap("layout.typeset:hanging", always([])), unit("blocks", "test_lines_leave_as_the_same_bytes_and_with_their_words[lines that hang behind a name]")),
    Mutant("size tells", "a number near the last dot of a leader goes with it", swap("pdf.setting:parted", lambda layout: layout), unit("blocks", "test_lines_are_set_the_same_for_every_name[leader up to a number]")),
    Mutant("size tells", "blanks around stay", swap("pdf.apply:_blanks", always([])), unit("width_attack", "test_renditions_are_the_same_bytes_for_every_name[blanks behind]")),
    Mutant("images", "pictures are copied though they hold more", swap("pdf.edit:stores_more_than_shown", always(False)), channel("picture under a white box", "picture partly clipped")),
    Mutant("images", "rows below the height are copied", _all_samples, unit("not_shown", "test_samples_that_no_row_shows_go")),
    Mutant("images", "pictures are not read", swap("read.reading:_readable", always([])), book("pixels: picture with text")),
    Mutant("images", "pixels under marks stay", swap("pdf.edit:cover", nothing), book("pixels: scan")),
    Mutant("scans", "an imported layer is believed", both(swap("pdf.classify:_covered", always(0.0)), swap("read.reading:_readable", always([]))), book("pixels: scan with a lying layer")),
    Mutant("scans", "turned writing is not read", swap("read.looking:turned_words", always([])), book("pixels: picture turned 180", "pixels: turned stamp")),
    Mutant("scans", "what is left of the ink is not turned", swap("read.looking:scattered_words", always([])), unit("leftover_ink", "test_a_name_in_the_margin_of_a_noisy_page_is_read_however_it_stands")),
    Mutant("bar and QR codes", "codes are not looked for", swap("read.reading:find_codes", always(())), book("pixels: QR code")),
    Mutant("bar and QR codes", "bars without start and stop stay", swap("read.codes:bars", always([])), unit("codes", "test_bars_without_start_and_stop_are_a_code_as_high_as_they_are")),
    Mutant("bar and QR codes", "what cannot be decoded stays", swap("read.codes:_said", lambda result: "" if not result.text else result.text), unit("thorough_reading", "test_codes_tell_what_they_say_unless_it_is_packed")),
    Mutant("vector art", "rules that measure stay", swap("pdf.apply:telling", always(Telling((), ()))), unit("attack_sizes", "test_places_tell_nothing[_rule_after]")),
    Mutant("vector art", "underlines stay", swap("pdf.apply:_ART_COVERED", 0), unit("pipeline", "test_underlines_of_the_secret_go")),
    Mutant("JPEG metadata", "a JPEG is copied as it is", swap("rebuild.images:bare_jpeg", _whole_jpeg), book("pixels: EXIF, comments, previews")),
    # around the page
    Mutant("annotations", "what is not shown is flattened", swap("intake.admission:prune_annotations", nothing), unit("not_shown", "test_what_is_hidden_goes")),
    Mutant("form fields", "fields are not drawn", swap("intake.admission:_flattened", _plainly), book("around: text field with a look")),
    Mutant("catalogue, metadata, names, files", "the catalogue is copied", _kept_keys, book("around: metadata and private data", "around: embedded files")),
    Mutant("structure tree, properties", "properties stay in content", _with_tags, book("find: ActualText tells")),
    Mutant("font subsets and maps", "names of fonts are copied", swap("rebuild.fonts:_font_name", lambda font, key="/BaseFont": font[key]), book("around: fonts' names and maps") + unit("attack_fonts")),
    Mutant("font subsets and maps", "programs are copied", both(swap("rebuild.fonts:bare_program", lambda data, *_: data), swap("rebuild.document:recode", always(None))), unit("attack_fonts") + book("around: fonts' names and maps")),
    Mutant("encrypted input", "any password opens", swap("intake.admission:_open", _opened), unit("bad_input", "test_encrypted_without_and_with_wrong_password")),
    Mutant("damaged input", "parsers need not agree", swap("intake.admission:_count", _as_stated), unit("bad_input", "test_two_parsers_must_agree_on_pages")),
    Mutant("damaged input", "parsers need not agree on texts", swap("intake.admission:refuse_other_text", nothing), unit("bad_input", "test_pages_that_another_parser_reads_otherwise_are_refused")),
    Mutant("damaged input", "a cut-off file is read", swap("intake.admission:_is_cut_off", always(False)), unit("bad_input", "test_truncated_is_refused_because_pages_may_be_missing")),
    # bounds
    Mutant("bounded", "streams may inflate", swap("intake.admission:refuse_bombs", nothing), unit("bad_input", "test_stream_that_inflates_beyond_the_limit", "test_many_streams_add_up")),
    Mutant("bounded", "pixels are not measured", swap("intake.admission:_refuse_pixels", nothing), unit("bad_input", "test_image_of_a_thousand_million_pixels", "test_page_of_a_thousand_million_pixels")),
    Mutant("bounded", "forms may multiply", swap("intake.admission:refuse_expansions", nothing), unit("bad_input", "test_forms_that_multiply_are_refused_before_they_are_drawn")),
    Mutant("unreadable means closed", "a page of which nothing is read passes", swap("read.reading:_unreadable", always(False)), unit("pipeline", "test_unreadable_scan_is_refused")),
    # the check
    Mutant("check", "objects", swap("check.checker:foreign_keys", always(None)), unit("check", "test_foreign_keys_are_refused") + unit("check_channels", "test_foreign_keys_deep_inside")),
    Mutant("check", "bytes", swap("check.checker:_look_in_bytes", nothing), unit("check", "test_bytes_in_streams_are_found")),
    Mutant("check", "bytes: wrappings", swap("check.checker:unwrapped", always(b"")), unit("check_channels", "test_bytes_in_every_wrapping")),
    Mutant("check", "bytes: streams without an object", swap("check.checker:carved", always(())), unit("check_channels", "test_bytes_of_a_stream_that_no_object_owns")),
    Mutant("check", "bytes: other alphabets", swap("check.folding:_ENCODINGS", ("utf-8",)), unit("check_channels", "test_bytes_in_every_alphabet")),
    Mutant("check", "operators", swap("check.checker:_look_in_operators", nothing), unit("check_channels", "test_operators_of_a_form_that_nobody_draws")),
    Mutant("check", "text", swap("check.counting:Secrets.told_by", always(False)), unit("check_channels", "test_text_of_a_page")),
    Mutant("check", "text: terms", swap("check.terms:OwnTerms.stand_in", always(False)), unit("check_terms", "test_a_finder_that_misses_a_term_is_caught", "test_a_text_with_a_term_does_not_leave")),
    Mutant("check", "text: what nobody saw", swap("finish.expected:_unseen", always([])), unit("check_terms", "test_unseen_letters_that_stay_are_caught")),
    Mutant("check", "under marks", swap("check.marks:text_under", always(False)), unit("check_channels", "test_text_under_a_rectangle")),
    Mutant("check", "marks", both(swap("check.marks:bright", always(False)), swap("check.marks:shaded", always(False))), unit("check", "test_a_mark_that_is_not_dark_is_a_leak")),
    Mutant("check", "sizes", swap("check.marks:unequal", always(False)), unit("check_channels", "test_marks_of_one_label_that_differ_in_width")),
    Mutant("check", "codes", swap("check.codes:contents", always(())), unit("check_channels", "test_a_code_that_holds_a_secret_is_a_leak")),
    Mutant("check", "sight", swap("check.sight:tells", always(False)), unit("check_sight", "test_a_wrong_mark_is_refused")),
    Mutant("check", "sight: pictures on pages of text", swap("check.sight:words_on", always([])), unit("check_channels", "test_pictures_on_pages_of_text_are_read")),
    Mutant("check", "sight: strips around marks of text", swap("check.strips:_surroundings", _near_nothing), unit("check_strips", "test_around_its_place_a_short_name_in_letters_that_say_another_is_read")),
    Mutant("check", "sight: ink that no text explains", swap("check.strips:loose_ink", always(None)), unit("check_strips", "test_a_name_that_is_no_text_where_nothing_was_hidden")),
    Mutant("check", "sight: a sample of lines", swap("check.sample:Sample.lines", always([])), unit("check_strips", "test_a_line_whose_letters_say_other_words_is_read")),
    Mutant("check", "marks in lines of text", swap("check.pages:stained", always(False)), unit("check_strips", "test_a_light_mark_in_a_line_is_no_rendition")),
    Mutant("check", "pages", swap("check.checker:_look_at_pages", nothing), unit("check", "test_a_lost_page_is_refused")),
    Mutant("check", "a reader that fails passes", swap("check.checker:_FAULTS", ()), unit("check", "test_a_reader_that_fails_refuses")),
    # quiet
    Mutant("deny is quiet", "private text shows itself", swap("model:PrivateText.__repr__", str.__repr__), unit("pipeline", "test_values_show_nothing")),
    Mutant("secrecy", "stamps of secrecy are not read", swap("pipeline:refuse_secret", nothing), unit("pipeline", "test_secrecy_stamp_refuses")),
)  # fmt: skip
