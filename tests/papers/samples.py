"""One dossier as its papers tell of it, and the fields of every form in their official order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.domain.calendar import VIETNAM

AT = datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)
LINK = "http://127.0.0.1:8080/tra-cuu/H99.01.01-260302-0001/Qs7x9Zk2LmPa"
CENTRE = "Trung tâm Phục vụ hành chính công xã Tân An"
HEADER = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc")

PAPER: dict[str, Any] = {
    "head": {"parent": "Ủy ban nhân dân xã Tân An", "unit": CENTRE, "phone": "1900 0000", "place": "Tân An"},
    "counter": {"name": CENTRE, "address": "Số 1 đường Trung Tâm, xã Tân An", "phone": "1900 0000"},
    "competent": "Ủy ban nhân dân xã Tân An", "issued_on": "2026-03-02T08:30+07:00",
    "code": "H99.01.01-260302-0001", "secret": "Qs7x9Zk2LmPa", "number": "01/TNHS", "year": 2026, "ordinal": 7,
    "owner": "Nguyễn Thị Thuỳ Phượng", "owner_address": "Thôn 3, xã Tân An", "request": "Đăng ký khai sinh",
    "procedure": "Đăng ký khai sinh", "officer": "Nguyễn Thị Hoa", "submitter": "Trần Văn Bình", "basis": "cha",
    "address": "Số 12, phố Lương Ngọc Quyến, xã Tân An", "phone": "0912 345 678", "email": "binh@example.vn",
    "id_number": "001199012345", "sets": 1, "term": "3 working_day", "channel": "direct",
    "components": [{"name": "Giấy chứng sinh", "originals": 1, "copies": 0, "by_data": False},
                   {"name": "Giấy tờ về nơi cư trú", "originals": 0, "copies": 2, "by_data": True}],
    "missing": [{"name": "Giấy chứng sinh", "originals": 1, "copies": 0, "by_data": False}],
    "wrong": ["Họ, chữ đệm, tên của mẹ"], "reason": "Giấy chứng sinh thiếu dấu của cơ sở y tế",
    "received_at": "2026-03-02T08:30+07:00", "due_at": "2026-03-05T08:30+07:00",
    "submitted_at": "2026-03-02T08:20+07:00", "original_due_at": "2026-03-05T08:30+07:00",
    "new_due_at": "2026-03-09", "signer": "Hoàng Văn Nam", "signer_title": "Phó Chủ tịch",
    "signing_capacity": "KT. Chủ tịch", "responsible": "Phòng Kinh tế xã Tân An", "stage": "Thẩm định",
    "decision_text": "Dừng theo đề nghị của người nộp", "money": "Không hoàn trả lệ phí",
    "requested_by": "Nguyễn Thị Thuỳ Phượng",
}
HAND_OVERS: dict[str, Any] = {
    **PAPER, "coordinating": ["Công an xã Tân An"],
    "rows": [{"from_unit": CENTRE, "to_unit": "Ủy ban nhân dân xã Tân An", "at": "2026-03-02T08:35+07:00",
              "giver": "Nguyễn Thị Hoa", "receiver": "Trần Minh Đức", "verdict": verdict, "step": "Kiểm tra hồ sơ"}
             for verdict in ("early", "on_time", "late")],
}
BOOK: dict[str, Any] = {
    **PAPER, "rows": [["1", "H99.01.01-260302-0001", "Đăng ký khai sinh", "1", "Nguyễn Thị Thuỳ Phượng",
                       "Thôn 3; 0912 345 678", "Ủy ban nhân dân xã Tân An", "02/03/2026", "05/03/2026", "02/03/2026",
                       "04/03/2026", "05/03/2026", "Trực tiếp", "", ""]] * 60,
}

RECEIPT = (
    "Số: 01/TNHS", "Tân An, ngày 02 tháng 3 năm 2026", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "(Liên: Lưu)",
    "Mã hồ sơ: H99.01.01-260302-0001", "Quyển số: 01/2026", "Số thứ tự: 7", "Bộ phận tiếp nhận và trả kết quả:",
    "Tiếp nhận hồ sơ của: Nguyễn Thị Thuỳ Phượng", "Người nộp: Trần Văn Bình (cha)", "Địa chỉ: Số 12",
    "Số điện thoại: 0912 345 678", "Email: binh@example.vn", "Số CMND/Thẻ căn cước/Hộ chiếu: 001199012345",
    "Nội dung yêu cầu giải quyết: Đăng ký khai sinh", "1. Thành phần hồ sơ, số lượng mỗi loại giấy tờ:", "Số lượng",
    "TT", "Thành phần hồ sơ", "Bản chính", "Bản chứng thực/bản sao", "Bản photo", "Giấy chứng sinh",
    "2. Số lượng hồ sơ: 1 (bộ)", "3. Thời gian giải quyết hồ sơ theo quy định là: 3 ngày làm việc",
    "4. Thời gian nhận hồ sơ: 08 giờ 30 phút, ngày 02 tháng 3 năm 2026",
    "5. Thời gian trả kết quả giải quyết hồ sơ: 08 giờ 30 phút, ngày 05 tháng 3 năm 2026",
    "6. Thời gian nhận hồ sơ (giai đoạn 2 nếu có):",
    "7. Thời gian trả kết quả giải quyết hồ sơ (giai đoạn 2 nếu có):", "8. Đăng ký nhận kết quả tại:",
    "Hồ sơ có thể được giải quyết trước hạn", "Qs7x9Zk2LmPa", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ",
    "Nguyễn Thị Hoa", "(Liên: Giao khách hàng)",
)
SUPPLEMENT = (
    "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", CENTRE, "Tiếp nhận hồ sơ/yêu cầu của Ông/Bà: Nguyễn Thị Thuỳ Phượng",
    "Nội dung yêu cầu giải quyết:", "Địa chỉ:", "Số điện thoại:", "Email:",
    "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:", "Giấy chứng sinh", "Họ, chữ đệm, tên của mẹ",
    "Lý do: Giấy chứng sinh thiếu dấu", "nếu có vướng mắc", "1900 0000", "NGƯỜI HƯỚNG DẪN", "Nguyễn Thị Hoa",
)
REFUSAL = (
    "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Tiếp nhận hồ sơ của: Nguyễn Thị Thuỳ Phượng", "Địa chỉ:",
    "Số điện thoại:", "Email:", "Nội dung yêu cầu giải quyết:",
    "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau: Giấy chứng sinh thiếu dấu",
    "Xin thông báo cho Ông/Bà được biết và thực hiện.", "1900 0000", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TỪ CHỐI",
)
APOLOGY = (
    "Kính gửi: Nguyễn Thị Thuỳ Phượng", "Địa chỉ:", "số điện thoại: 0912 345 678", "Ngày 02 tháng 3 năm 2026",
    "đã tiếp nhận hồ sơ đề nghị giải quyết Đăng ký khai sinh", "Mã hồ sơ: H99.01.01-260302-0001",
    "Thời gian hẹn trả kết quả: 08 giờ 30 phút, ngày 05 tháng 3 năm 2026", "chưa có kết quả đúng thời gian đã hẹn",
    "Phòng Kinh tế xã Tân An", "Lý do:", "xin lỗi Ông/Bà", "ngày 09 tháng 3 năm 2026", "Nơi nhận:", "Lưu: VT",
    "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Hoàng Văn Nam",
)
STOP = (
    "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Kính gửi: Nguyễn Thị Thuỳ Phượng", "Mã hồ sơ: H99.01.01-260302-0001",
    "Yêu cầu dừng giải quyết hồ sơ của: Nguyễn Thị Thuỳ Phượng", "Giai đoạn giải quyết khi dừng: Thẩm định", "Lý do:",
    "Quyết định: Dừng theo đề nghị của người nộp", "Phí, lệ phí và nghĩa vụ tài chính: Không hoàn trả lệ phí",
    "Nơi nhận:", "Hoàng Văn Nam",
)
CONTROL = (
    "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Quyển số: 01/2026", "Số thứ tự: 7",
    "Kèm theo hồ sơ của: Nguyễn Thị Thuỳ Phượng", "Mã hồ sơ:", "Ngày nhận:", "Ngày, giờ hẹn trả kết quả:",
    "Cơ quan (bộ phận) giải quyết hồ sơ:", "Cơ quan phối hợp giải quyết hồ sơ: Công an xã Tân An", "TÊN CƠ QUAN",
    "THỜI GIAN GIAO, NHẬN HỒ SƠ", "KẾT QUẢ GIẢI QUYẾT HỒ SƠ", "(Trước hạn/đúng hạn/quá hạn)", "GHI CHÚ", "1. Giao:",
    "2. Nhận:", "08 giờ 35 phút, ngày 02 tháng 3 năm 2026", "Người giao: Nguyễn Thị Hoa", "Người nhận: Trần Minh Đức",
    "Trước hạn", "Đúng hạn", "Quá hạn",
)
REGISTER = (
    "SỔ THEO DÕI HỒ SƠ", "Năm 2026", "TT", "Mã hồ sơ", "Tên TTHC", "Số lượng hồ sơ (bộ)", "Tên cá nhân, tổ chức",
    "Địa chỉ, số điện thoại", "Cơ quan chủ trì giải quyết", "Ngày, tháng, năm", "Trả kết quả", "Ghi chú", "Nhận hồ sơ",
    "Hẹn trả kết quả", "Chuyển hồ sơ đến cơ quan giải quyết", "Nhận kết quả từ cơ quan giải quyết",
    "Phương thức nhận kết quả", "Ký nhận", "H99.01.01-260302-0001",
)
FORMS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "ND61_2018/receipt": (PAPER, ("Mẫu số 01 – TT 01/2018/TT-VPCP", *RECEIPT[2:])),
    "ND61_2018/supplement": (PAPER, ("Mẫu số 02 – TT 01/2018/TT-VPCP", *SUPPLEMENT)),
    "ND61_2018/refusal": (PAPER, ("Mẫu số 03 – TT 01/2018/TT-VPCP", *REFUSAL)),
    "ND61_2018/apology": (PAPER, (
        "Mẫu số 04 – TT 01/2018/TT-VPCP", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", *APOLOGY)),
    "ND61_2018/control": (HAND_OVERS, ("Mẫu số 05 – TT 01/2018/TT-VPCP", *CONTROL)),
    "ND61_2018/register": (BOOK, ("Mẫu số 06 – TT 01/2018/TT-VPCP", *REGISTER)),
    "ND118_2025/receipt": (PAPER, RECEIPT),
    "ND118_2025/supplement": (PAPER, ("Mẫu số 02 – TT 03/2025/TT-VPCP", *SUPPLEMENT)),
    "ND118_2025/refusal": (PAPER, ("Mẫu số 03 – TT 03/2025/TT-VPCP", *REFUSAL)),
    "ND118_2025/apology": (PAPER, (
        "Mẫu số 04 – TT 03/2025/TT-VPCP", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT", *APOLOGY)),
    "ND118_2025/stop": (PAPER, ("Mẫu số 05 – TT 03/2025/TT-VPCP", *STOP)),
    "ND118_2025/control": (HAND_OVERS, ("Mẫu số 06 – TT 03/2025/TT-VPCP", *CONTROL)),
    "ND118_2025/register": (BOOK, ("Mẫu số 07 – TT 03/2025/TT-VPCP", *REGISTER)),
    "sector/ct04": (PAPER, (
        "Mẫu CT04", "PHIẾU TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Cơ quan đăng ký cư trú:", "Quyển số: 01/2026")),
}
"""Template -> its data, and what must be read in it in this order."""
