"""The rules, in one explicit list: nothing is found by magic."""

import re
from difflib import get_close_matches
from types import MappingProxyType

from wheelcheck.errors import UsageError
from wheelcheck.rules.abi import (
    abi3t_module,
    could_be_abi3,
    newer_than_floor,
    outside_stable_abi,
)
from wheelcheck.rules.archive import (
    archive_comment,
    case_collision,
    compression_method,
    data_descriptor,
    duplicate_member,
    encrypted_member,
    end_records,
    extra_field,
    file_or_folder,
    headers_disagree,
    hidden_member,
    long_name,
    member_comment,
    name_encoding,
    name_form,
    special_mode,
    stray_bytes,
    symlink_member,
    unreadable_member,
    unsafe_name,
    windows_name,
)
from wheelcheck.rules.contents import (
    apple_platform,
    bytecode,
    code_signature,
    damaged_binary,
    debug_data,
    duplicates,
    executable_stack,
    hardening,
    home_paths,
    installer_files,
    left_behind,
    linker_input,
    member_names,
    refused_code,
    repository_folder,
    sbom,
    secrets,
    shadowed,
    shebang,
    sizes,
    startup,
    text_relocations,
    top_level,
)
from wheelcheck.rules.dependencies import (
    build_path,
    debug_runtime,
    dependent_load_flags,
    dll_name,
    dll_on_path,
    libpython,
    missing_library,
    missing_slice,
    missing_symbol,
    mixed_c_runtimes,
    msvc_runtime,
    needed_path,
    old_msvc_runtime,
    provider,
    runtime_library,
    same_install_name,
    unused_library,
)
from wheelcheck.rules.installed import (
    extensions,
    files,
    host_library,
    host_version,
)
from wheelcheck.rules.metadata import (
    classifiers,
    data_scheme,
    description,
    dist_info,
    email_address,
    entry_points,
    extras,
    fields,
    for_pypi,
    incomplete,
    licences,
    metadata_file,
    purelib,
    requires_python,
    urls,
    wheel_file,
    wheel_tags,
)
from wheelcheck.rules.modules import (
    abi3_floor,
    declared_package,
    entry_targets,
    extension_module,
    import_names,
    left_out,
    no_init_function,
    not_in_source,
    other_imports,
    own_imports,
    package_data,
    syntax,
    typed,
    versions,
    versions_disagree,
)
from wheelcheck.rules.record import (
    duplicate_row,
    folder_row,
    malformed_record,
    member_without_row,
    no_hash,
    no_record,
    record_mismatch,
    record_path,
    record_self_hash,
    record_signature,
    row_without_member,
    weak_hash,
)
from wheelcheck.rules.registry import ReleaseSubject, Rule, Subject
from wheelcheck.rules.release import (
    differing_metadata,
    given_twice,
    hole,
    mixed_versions,
    older_pythons,
    same_content,
    shadowed_wheel,
)
from wheelcheck.rules.tags import (
    file_name,
    foreign_libc,
    impossible_tag,
    instruction_set,
    mac_tag_shape,
    machine,
    minimum_macos,
    module_suffix,
    native_in_any,
    no_native,
    page_alignment,
    platform,
    policy_claim,
    python_dll,
    universal2,
    wrong_format,
)

__all__ = [
    "INSTALLED_RULES",
    "RELEASE_RULES",
    "RULES",
    "WHEEL_RULES",
    "AnyRule",
    "find_rule",
    "rule_of",
]

AnyRule = Rule[Subject] | Rule[ReleaseSubject]

WHEEL_RULES: tuple[Rule[Subject], ...] = (
    stray_bytes.RULE,
    archive_comment.RULE,
    end_records.RULE,
    hidden_member.RULE,
    headers_disagree.RULE,
    duplicate_member.RULE,
    data_descriptor.RULE,
    member_comment.RULE,
    extra_field.RULE,
    encrypted_member.RULE,
    compression_method.RULE,
    unreadable_member.RULE,
    symlink_member.RULE,
    special_mode.RULE,
    file_or_folder.RULE,
    unsafe_name.RULE,
    name_encoding.RULE,
    name_form.RULE,
    windows_name.RULE,
    case_collision.RULE,
    long_name.RULE,
    no_record.RULE,
    member_without_row.RULE,
    row_without_member.RULE,
    record_mismatch.RULE,
    no_hash.RULE,
    weak_hash.RULE,
    malformed_record.RULE,
    record_path.RULE,
    duplicate_row.RULE,
    folder_row.RULE,
    record_self_hash.RULE,
    record_signature.RULE,
    dist_info.RULE,
    wheel_file.RULE,
    wheel_tags.TAGS,
    purelib.RULE,
    wheel_tags.BUILD,
    metadata_file.FILE,
    metadata_file.IDENTITY,
    fields.FIELDS,
    fields.VERSION,
    classifiers.RULE,
    for_pypi.LOCAL_VERSION,
    for_pypi.DIRECT_URL,
    email_address.RULE,
    urls.RULE,
    for_pypi.SUMMARY,
    licences.CONFLICT,
    licences.FILES,
    licences.NONE,
    incomplete.INCOMPLETE,
    description.RULE,
    extras.RULE,
    requires_python.RULE,
    incomplete.PLACEHOLDER,
    entry_points.RULE,
    data_scheme.RULE,
    machine.RULE,
    python_dll.RULE,
    wrong_format.RULE,
    impossible_tag.RULE,
    platform.RULE,
    native_in_any.RULE,
    no_native.RULE,
    universal2.RULE,
    module_suffix.SUFFIX,
    module_suffix.UNBOUND,
    file_name.MALFORMED,
    file_name.SPELLING,
    file_name.VARIANT,
    policy_claim.RULE,
    foreign_libc.RULE,
    instruction_set.RULE,
    page_alignment.RULE,
    minimum_macos.ABOVE,
    mac_tag_shape.RULE,
    minimum_macos.INEXACT,
    outside_stable_abi.RULE,
    newer_than_floor.RULE,
    abi3t_module.RULE,
    could_be_abi3.RULE,
    no_init_function.RULE,
    own_imports.MODULE,
    own_imports.NAME,
    other_imports.OLD_NAME,
    other_imports.UNDECLARED,
    other_imports.REMOVED,
    other_imports.EXTRA,
    entry_targets.RULE,
    versions.RULE,
    import_names.RULE,
    typed.UNMARKED,
    typed.NO_STUBS,
    typed.STRAY,
    syntax.BROKEN,
    syntax.NEWER,
    left_out.RULE,
    not_in_source.RULE,
    declared_package.RULE,
    package_data.RULE,
    versions_disagree.RULE,
    extension_module.RULE,
    abi3_floor.RULE,
    missing_library.RULE,
    missing_symbol.RULE,
    msvc_runtime.RULE,
    mixed_c_runtimes.RULE,
    runtime_library.RULE,
    old_msvc_runtime.RULE,
    dll_name.RULE,
    dll_on_path.RULE,
    debug_runtime.RULE,
    dependent_load_flags.RULE,
    libpython.RULE,
    needed_path.RULE,
    build_path.RULE,
    unused_library.RULE,
    missing_slice.RULE,
    same_install_name.RULE,
    provider.RULE,
    damaged_binary.RULE,
    debug_data.RULE,
    hardening.ASLR,
    hardening.NX,
    executable_stack.RULE,
    text_relocations.RULE,
    code_signature.RULE,
    apple_platform.RULE,
    left_behind.LITTER,
    left_behind.BUILD_LEFTOVER,
    bytecode.RULE,
    repository_folder.RULE,
    left_behind.REPOSITORY_FILE,
    secrets.FILE,
    secrets.CONTENT,
    startup.RULE,
    top_level.COMMON,
    top_level.ROOT_INIT,
    top_level.STRAY,
    top_level.NOT_IMPORTABLE,
    top_level.EMPTY,
    top_level.MANY,
    shadowed.RULE,
    duplicates.RULE,
    sizes.LARGE,
    sizes.TEST_DATA,
    linker_input.RULE,
    member_names.RULE,
    shebang.RULE,
    home_paths.RULE,
    installer_files.RULE,
    hardening.CFG,
    hardening.RELRO,
    hardening.PIE,
    sbom.RULE,
    refused_code.RULE,
)

RELEASE_RULES: tuple[Rule[ReleaseSubject], ...] = (
    mixed_versions.RULE,
    hole.RULE,
    differing_metadata.RULE,
    same_content.RULE,
    given_twice.RULE,
    shadowed_wheel.RULE,
    older_pythons.RULE,
)

_ON_INSTALLED: tuple[Rule[Subject], ...] = (
    files.MISSING,
    files.CHANGED,
    files.LEFT_OVER,
    host_library.RULE,
    host_version.RULE,
    extensions.FOREIGN,
    extensions.STALE,
    extensions.UNBUILT,
)

INSTALLED_RULES: tuple[Rule[Subject], ...] = (
    *_ON_INSTALLED,
    malformed_record.RULE,
    duplicate_row.RULE,
    no_init_function.RULE,
    damaged_binary.RULE,
    code_signature.RULE,
)
"""What is asked of an installed distribution. Left out is all that is about the wheel as a file,
about publishing it, about hosts other than this one, and what installers change."""

RULES: tuple[AnyRule, ...] = (*_ON_INSTALLED, *WHEEL_RULES, *RELEASE_RULES)

_BY_CODE = MappingProxyType({rule.code: rule for rule in RULES})

_CODE = re.compile(r"WC\d")
_LONGEST = 200
"""Characters of a mistake that is worth comparing."""


def rule_of(code: str) -> AnyRule | None:
    """Return the rule of just this code; None if this version has none."""
    return _BY_CODE.get(code)


def find_rule(text: str) -> AnyRule:
    """Return the rule of this code or name, in any case.

    Raises:
        UsageError: there is none; the message suggests the nearest.
    """
    known = {key: rule for rule in RULES for key in (rule.code, rule.name)}
    rule = known.get(text.upper()) or known.get(text.lower())
    if rule is None:
        hint = _near_codes(text.upper()[:_LONGEST]) or _near_name(text.lower()[:_LONGEST])
        raise UsageError(f"there is no rule {text!r}{hint} (`wheelcheck rules` lists them all)")
    return rule


def _near_codes(text: str) -> str:
    """Name the codes that begin most like this one: how alike digits are says nothing."""
    if not _CODE.match(text):
        return ""
    while True:
        codes = sorted(rule.code for rule in RULES if rule.code.startswith(text))
        if codes:
            return f"; did you mean {codes[0]}{f' to {codes[-1]}' if len(codes) > 1 else ''}?"
        text = text[:-1]


def _near_name(text: str) -> str:
    near = get_close_matches(text, [rule.name for rule in RULES], n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
