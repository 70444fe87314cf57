// What is said when a page does not bring its own words; `{count}` stands for a number.

export const LABELS = {
  diagram: 'Sơ đồ quy trình',
  tools: 'Phóng to, thu nhỏ sơ đồ',
  zoom_in: 'Phóng to',
  zoom_out: 'Thu nhỏ',
  fit: 'Vừa khung',
  active: 'Đang ở bước này: {count}',
  done: 'Đã xong',
  incident: 'Có sự cố',
  error: 'Lỗi',
  warning: 'Cảnh báo',
  failed: 'Không hiển thị được sơ đồ. Xin tải lại trang.'
};
