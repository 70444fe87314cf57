"""What is wrong with one field of something a person wrote, said in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SENTENCES = {
    "missing": ("thiếu, phải khai báo trường này", "is missing"),
    "unknown": ("không phải là trường được biết (các trường: {known})", "is not a known field (known: {known})"),
    "not_text": ("phải là một dòng chữ không rỗng", "must be a non-empty text"),
    "not_mapping": ("phải là một nhóm trường (khóa: giá trị)", "must be a mapping of keys to values"),
    "not_list": ("phải là một danh sách", "must be a list"),
    "empty": ("không được rỗng", "must not be empty"),
    "not_boolean": ("phải là true hoặc false", "must be true or false"),
    "not_count": ("phải là số nguyên không âm", "must be a whole number, zero or more"),
    "not_time": ('phải là giờ dạng "HH:mm" đặt trong ngoặc kép', 'must be a time as "HH:mm", in quotes'),
    "not_key": ("chỉ được gồm chữ thường không dấu, số, dấu gạch dưới hoặc gạch nối, bắt đầu bằng chữ",
                "may hold only lower-case letters, digits, underscores and hyphens, and starts with a letter"),
    "not_choice": ("phải là một trong: {choices}", "must be one of: {choices}"),
    "not_code": ("phải là mã thủ tục quốc gia như 1.001193", "must be a national procedure code such as 1.001193"),
    "not_unique": ("lặp lại {value}", "repeats {value}"),
    "reserved": ("{value} là tên dành riêng của hệ thống, hãy đặt tên khác",
                 "{value} is kept for the system, choose another name"),
    "not_listed": ("{value} không có trong agencies", "{value} is not listed in agencies"),
    "not_term": ('"{value}" không phải là thời hạn; viết như "3 working_day" hoặc "same_day" (đơn vị: {units})',
                 '"{value}" is not a time limit; write it as "3 working_day" or "same_day" (units: {units})'),
    "whole_only": ("{unit} chỉ nhận số nguyên", "{unit} takes whole numbers only"),
    "too_long": ("thời hạn không được quá {most}", "must not be more than {most}"),
    "not_dossier_code": ('"{value}" không phải là mã hồ sơ', '"{value}" is not a dossier code'),
    "not_form": ("không phải là biểu mẫu form-js (JSON có danh sách components, không quá 512 KB)",
                 "is not a form-js form (JSON with a list of components, at most 512 KB)"),
    "not_supported": ("loại {value} chưa được hỗ trợ", "{value} is not supported"),
    "not_safe_pattern": ("biểu thức kiểm tra sai cú pháp hoặc có thể chạy quá lâu; hãy viết đơn giản hơn",
                         "is a pattern that is wrong or may run too long; write a simpler one"),
    "not_date": ("phải là ngày dạng 2026-01-31", "must be a date such as 2026-01-31"),
    "backwards": ("là ngày trước ngày bắt đầu", "is a day before the first one"),
    "overlap": ("khoảng từ {value} trùng thời gian với khoảng trước",
                "the period from {value} overlaps the one before"),
    "one_of": ("phải có đúng một trong: {choices}", "must have exactly one of: {choices}"),
    "not_percent": ("phải là số phần trăm từ 1 đến 100", "must be a percentage from 1 to 100"),
    "not_component": ("{value} không có trong components", "{value} is not listed in components"),
    "fee_beside_tariffs": ("đã có biểu phí thì không khai fee ở từng kênh; hãy bỏ fee",
                           "stand beside a fee of a channel; take the fee away"),
    "not_template": ("phải có dạng {{unit}}-{{yyMMdd}}-{{seq}}", "must look like {{unit}}-{{yyMMdd}}-{{seq}}"),
}
"""Code of the problem -> Vietnamese and English. The path of the field is put before the sentence."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One finding: `path` such as `channels.direct.term` or `components[2].name.vi`, and a code of `SENTENCES`."""

    path: str
    code: str
    message: str
    message_en: str


def problem(path: str, code: str, **facts: Any) -> FieldProblem:
    """The finding with its sentences filled in."""
    vietnamese, english = (sentence.format(**facts) for sentence in SENTENCES[code])
    return FieldProblem(path, code, f"{path}: {vietnamese}", f"{path}: {english}")
