"""The rules, in one explicit list: nothing is found by magic.

A rule is listed by its code and by where it stands, with what a wheel must have for the rule to
have anything to say. It is loaded when such a wheel is met, or when someone asks for it.
"""

from wheelcheck.errors import UsageError
from wheelcheck.rules import needs
from wheelcheck.rules.listed import Listed
from wheelcheck.rules.registry import ReleaseSubject, Rule, Subject

__all__ = [
    "INSTALLED_RULES",
    "RELEASE_RULES",
    "WHEEL_RULES",
    "AnyRule",
    "all_rules",
    "codes_from",
    "find_rule",
    "rule_of",
]

AnyRule = Rule[Subject] | Rule[ReleaseSubject]

WHEEL_RULES: tuple[Listed[Subject], ...] = (
    Listed("WC101", "archive.stray_bytes", needs.defects),
    Listed("WC102", "archive.archive_comment", needs.defects),
    Listed("WC103", "archive.end_records", needs.defects),
    Listed("WC104", "archive.hidden_member", needs.defects),
    Listed("WC105", "archive.headers_disagree", needs.defects),
    Listed("WC106", "archive.duplicate_member", needs.defects),
    Listed("WC107", "archive.data_descriptor", needs.defects),
    Listed("WC108", "archive.member_comment", needs.defects),
    Listed("WC109", "archive.extra_field", needs.defects),
    Listed("WC110", "archive.encrypted_member", needs.defects),
    Listed("WC111", "archive.compression_method", needs.defects),
    Listed("WC112", "archive.unreadable_member"),
    Listed("WC113", "archive.symlink_member", needs.defects),
    Listed("WC114", "archive.special_mode", needs.defects),
    Listed("WC115", "archive.file_or_folder", needs.defects),
    Listed("WC116", "archive.unsafe_name", needs.defects),
    Listed("WC117", "archive.name_encoding", needs.defects),
    Listed("WC118", "archive.name_form", needs.defects),
    Listed("WC119", "archive.windows_name", needs.defects),
    Listed("WC120", "archive.case_collision", needs.defects),
    Listed("WC121", "archive.long_name"),
    Listed("WC201", "record.no_record"),
    Listed("WC202", "record.member_without_row"),
    Listed("WC203", "record.row_without_member", needs.record_problems),
    Listed("WC204", "record.record_mismatch", needs.record_problems),
    Listed("WC205", "record.no_hash", needs.record_problems),
    Listed("WC206", "record.weak_hash", needs.record_problems),
    Listed("WC207", "record.malformed_record", needs.record_problems),
    Listed("WC208", "record.record_path", needs.record_problems),
    Listed("WC209", "record.duplicate_row", needs.record_problems),
    Listed("WC210", "record.folder_row", needs.record_problems),
    Listed("WC211", "record.record_self_hash", needs.record_problems),
    Listed("WC212", "record.record_signature"),
    Listed("WC301", "metadata.dist_info"),
    Listed("WC302", "metadata.wheel_file"),
    Listed("WC303", "metadata.wheel_tags:TAGS"),
    Listed("WC304", "metadata.purelib"),
    Listed("WC305", "metadata.wheel_tags:BUILD"),
    Listed("WC306", "metadata.metadata_file:FILE"),
    Listed("WC307", "metadata.metadata_file:IDENTITY"),
    Listed("WC308", "metadata.fields:FIELDS"),
    Listed("WC309", "metadata.fields:VERSION"),
    Listed("WC310", "metadata.classifiers"),
    Listed("WC311", "metadata.for_pypi:LOCAL_VERSION"),
    Listed("WC312", "metadata.for_pypi:DIRECT_URL"),
    Listed("WC313", "metadata.email_address"),
    Listed("WC314", "metadata.urls"),
    Listed("WC315", "metadata.for_pypi:SUMMARY"),
    Listed("WC316", "metadata.licences:CONFLICT"),
    Listed("WC317", "metadata.licences:FILES"),
    Listed("WC318", "metadata.licences:NONE"),
    Listed("WC319", "metadata.incomplete:INCOMPLETE"),
    Listed("WC320", "metadata.description"),
    Listed("WC321", "metadata.extras"),
    Listed("WC322", "metadata.requires_python"),
    Listed("WC323", "metadata.incomplete:PLACEHOLDER"),
    Listed("WC324", "metadata.entry_points", needs.commands),
    Listed("WC325", "metadata.data_scheme"),
    Listed("WC401", "tags.machine", needs.natives),
    Listed("WC402", "tags.python_dll", needs.windows),
    Listed("WC403", "tags.wrong_format", needs.natives),
    Listed("WC404", "tags.impossible_tag"),
    Listed("WC405", "tags.platform", needs.one_platform),
    Listed("WC406", "tags.native_in_any", needs.natives),
    Listed("WC407", "tags.no_native", needs.one_platform),
    Listed("WC408", "tags.universal2", needs.natives),
    Listed("WC409", "tags.module_suffix:SUFFIX", needs.natives),
    Listed("WC410", "tags.module_suffix:UNBOUND", needs.natives),
    Listed("WC411", "tags.file_name:MALFORMED"),
    Listed("WC412", "tags.file_name:SPELLING"),
    Listed("WC413", "tags.file_name:VARIANT"),
    Listed("WC414", "tags.policy_claim", needs.linux),
    Listed("WC415", "tags.foreign_libc", needs.linux),
    Listed("WC416", "tags.instruction_set", needs.linux),
    Listed("WC417", "tags.page_alignment", needs.linux),
    Listed("WC420", "tags.minimum_macos:ABOVE", needs.macos),
    Listed("WC421", "tags.mac_tag_shape", needs.macos),
    Listed("WC422", "tags.minimum_macos:INEXACT", needs.macos),
    Listed("WC501", "abi.outside_stable_abi", needs.natives),
    Listed("WC502", "abi.newer_than_floor", needs.natives),
    Listed("WC503", "abi.abi3t_module", needs.natives),
    Listed("WC504", "abi.could_be_abi3", needs.natives),
    Listed("WC601", "modules.no_init_function", needs.natives),
    Listed("WC602", "modules.own_imports:MODULE"),
    Listed("WC603", "modules.own_imports:NAME"),
    Listed("WC604", "modules.other_imports:OLD_NAME"),
    Listed("WC605", "modules.other_imports:UNDECLARED"),
    Listed("WC606", "modules.other_imports:REMOVED"),
    Listed("WC607", "modules.other_imports:EXTRA"),
    Listed("WC608", "modules.entry_targets", needs.commands),
    Listed("WC609", "modules.versions"),
    Listed("WC610", "modules.import_names"),
    Listed("WC611", "modules.typed:UNMARKED"),
    Listed("WC612", "modules.typed:NO_STUBS"),
    Listed("WC613", "modules.typed:STRAY"),
    Listed("WC614", "modules.syntax:BROKEN", needs.faulty_syntax),
    Listed("WC615", "modules.syntax:NEWER", needs.faulty_syntax),
    Listed("WC640", "modules.left_out", needs.source),
    Listed("WC641", "modules.not_in_source", needs.source),
    Listed("WC642", "modules.declared_package", needs.source),
    Listed("WC643", "modules.package_data", needs.source),
    Listed("WC644", "modules.versions_disagree", needs.source),
    Listed("WC645", "modules.extension_module", needs.source),
    Listed("WC646", "modules.abi3_floor", needs.source),
    Listed("WC701", "dependencies.missing_library", needs.edges),
    Listed("WC702", "dependencies.missing_symbol", needs.natives),
    Listed("WC703", "dependencies.msvc_runtime", needs.edges),
    Listed("WC704", "dependencies.mixed_c_runtimes", needs.edges),
    Listed("WC705", "dependencies.runtime_library", needs.windows),
    Listed("WC706", "dependencies.old_msvc_runtime", needs.windows),
    Listed("WC707", "dependencies.dll_name", needs.windows),
    Listed("WC708", "dependencies.dll_on_path", needs.windows),
    Listed("WC709", "dependencies.debug_runtime", needs.windows),
    Listed("WC710", "dependencies.dependent_load_flags", needs.windows),
    Listed("WC711", "dependencies.libpython", needs.edges),
    Listed("WC712", "dependencies.needed_path", needs.edges),
    Listed("WC713", "dependencies.build_path", needs.natives),
    Listed("WC714", "dependencies.unused_library", needs.windows),
    Listed("WC722", "dependencies.missing_slice", needs.macos),
    Listed("WC723", "dependencies.same_install_name", needs.macos),
    Listed("WC730", "dependencies.provider", needs.edges),
    Listed("WC801", "contents.damaged_binary", needs.natives),
    Listed("WC802", "contents.debug_data"),
    Listed("WC803", "contents.hardening:ASLR", needs.natives),
    Listed("WC804", "contents.hardening:NX", needs.natives),
    Listed("WC805", "contents.executable_stack", needs.linux),
    Listed("WC806", "contents.text_relocations", needs.linux),
    Listed("WC811", "contents.code_signature", needs.macos),
    Listed("WC812", "contents.apple_platform", needs.macos),
    Listed("WC820", "contents.left_behind:LITTER"),
    Listed("WC821", "contents.left_behind:BUILD_LEFTOVER"),
    Listed("WC822", "contents.bytecode"),
    Listed("WC823", "contents.repository_folder"),
    Listed("WC824", "contents.left_behind:REPOSITORY_FILE"),
    Listed("WC825", "contents.secrets:FILE"),
    Listed("WC826", "contents.secrets:CONTENT", needs.traces),
    Listed("WC830", "contents.startup"),
    Listed("WC831", "contents.top_level:COMMON"),
    Listed("WC832", "contents.top_level:ROOT_INIT"),
    Listed("WC833", "contents.top_level:STRAY"),
    Listed("WC834", "contents.top_level:NOT_IMPORTABLE"),
    Listed("WC835", "contents.top_level:EMPTY"),
    Listed("WC836", "contents.top_level:MANY"),
    Listed("WC837", "contents.shadowed"),
    Listed("WC840", "contents.duplicates"),
    Listed("WC841", "contents.sizes:LARGE"),
    Listed("WC842", "contents.sizes:TEST_DATA"),
    Listed("WC843", "contents.linker_input"),
    Listed("WC844", "contents.member_names"),
    Listed("WC850", "contents.shebang", needs.traces),
    Listed("WC851", "contents.home_paths", needs.traces),
    Listed("WC852", "contents.installer_files"),
    Listed("WC860", "contents.hardening:CFG", needs.natives),
    Listed("WC861", "contents.hardening:RELRO", needs.natives),
    Listed("WC862", "contents.hardening:PIE", needs.natives),
    Listed("WC870", "contents.sbom"),
    Listed("WC871", "contents.refused_code", needs.traces),
)

RELEASE_RULES: tuple[Listed[ReleaseSubject], ...] = (
    Listed("WC901", "release.mixed_versions", needs.several_wheels),
    Listed("WC902", "release.hole", needs.holes),
    Listed("WC903", "release.differing_metadata", needs.several_wheels),
    Listed("WC904", "release.same_content", needs.several_wheels),
    Listed("WC905", "release.given_twice", needs.several_wheels),
    Listed("WC906", "release.shadowed_wheel", needs.several_wheels),
    Listed("WC907", "release.older_pythons", needs.stable_abi),
)

_ON_INSTALLED: tuple[Listed[Subject], ...] = (
    Listed("WC001", "installed.files:MISSING"),
    Listed("WC002", "installed.files:CHANGED"),
    Listed("WC003", "installed.files:LEFT_OVER"),
    Listed("WC004", "installed.host_library"),
    Listed("WC005", "installed.host_version"),
    Listed("WC006", "installed.extensions:FOREIGN"),
    Listed("WC007", "installed.extensions:STALE"),
    Listed("WC008", "installed.extensions:UNBUILT"),
)

INSTALLED_RULES: tuple[Listed[Subject], ...] = (
    *_ON_INSTALLED,
    Listed("WC207", "record.malformed_record", needs.record_problems),
    Listed("WC209", "record.duplicate_row", needs.record_problems),
    Listed("WC601", "modules.no_init_function", needs.natives),
    Listed("WC801", "contents.damaged_binary", needs.natives),
    Listed("WC811", "contents.code_signature", needs.macos),
)
"""What is asked of an installed distribution. Left out is all that is about the wheel as a file,
about publishing it, about hosts other than this one, and what installers change."""

_LISTED: tuple[Listed[Subject] | Listed[ReleaseSubject], ...] = (
    *_ON_INSTALLED,
    *WHEEL_RULES,
    *RELEASE_RULES,
)

_LONGEST = 200
"""Characters of a mistake that is worth comparing."""


def rule_of(code: str) -> AnyRule | None:
    """Return the rule of just this code; None if this version has none."""
    listed = next((listed for listed in _LISTED if listed.code == code), None)
    return None if listed is None else listed.load()


def codes_from(start: str) -> frozenset[str]:
    """Return the codes that begin so."""
    return frozenset(listed.code for listed in _LISTED if listed.code.startswith(start))


def all_rules() -> tuple[AnyRule, ...]:
    """Return all rules, in the order of their lists."""
    return tuple(listed.load() for listed in _LISTED)


def find_rule(text: str) -> AnyRule:
    """Return the rule of this code or name, in any case.

    Raises:
        UsageError: there is none; the message suggests the nearest.
    """
    known = {key: rule for rule in all_rules() for key in (rule.code, rule.name)}
    rule = known.get(text.upper()) or known.get(text.lower())
    if rule is None:
        hint = _near_codes(text.upper()[:_LONGEST]) or _near_name(text.lower()[:_LONGEST])
        raise UsageError(f"there is no rule {text!r}{hint} (`wheelcheck rules` lists them all)")
    return rule


def _near_codes(text: str) -> str:
    """Name the codes that begin most like this one: how alike digits are says nothing."""
    if not (text.startswith("WC") and text[2:3].isdecimal()):
        return ""
    while True:
        codes = sorted(codes_from(text))
        if codes:
            return f"; did you mean {codes[0]}{f' to {codes[-1]}' if len(codes) > 1 else ''}?"
        text = text[:-1]


def _near_name(text: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(text, [rule.name for rule in all_rules()], n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
