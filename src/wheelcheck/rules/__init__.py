"""The rules, in one explicit list: nothing is found by magic."""

from difflib import get_close_matches

from wheelcheck.errors import UsageError
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
from wheelcheck.rules.contents import damaged_binary, debug_data, hardening
from wheelcheck.rules.dependencies import (
    debug_runtime,
    dependent_load_flags,
    dll_name,
    dll_on_path,
    missing_library,
    missing_symbol,
    mixed_c_runtimes,
    msvc_runtime,
    old_msvc_runtime,
    runtime_library,
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
from wheelcheck.rules.modules import no_init_function
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
from wheelcheck.rules.registry import Rule
from wheelcheck.rules.tags import (
    file_name,
    impossible_tag,
    machine,
    module_suffix,
    native_in_any,
    no_native,
    platform,
    python_dll,
    universal2,
    wrong_format,
)

__all__ = ["RULES", "find_rule"]

RULES: tuple[Rule, ...] = (
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
    no_init_function.RULE,
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
    damaged_binary.RULE,
    debug_data.RULE,
    hardening.ASLR,
    hardening.NX,
)


def find_rule(text: str) -> Rule:
    """Return the rule of this code or name, in any case.

    Raises:
        UsageError: there is none; the message suggests the nearest.
    """
    known = {key: rule for rule in RULES for key in (rule.code, rule.name)}
    rule = known.get(text.upper()) or known.get(text.lower())
    if rule is None:
        near = get_close_matches(text, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"there is no rule {text!r}{hint} (`wheelcheck rules` lists them all)")
    return rule
