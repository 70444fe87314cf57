// What is said when a page does not bring its own words, in the language of the page; `{count}` stands for a number.

const LABELS = {
  vi: {
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
  },
  en: {
    diagram: 'Process diagram',
    tools: 'Zoom the diagram',
    zoom_in: 'Zoom in',
    zoom_out: 'Zoom out',
    fit: 'Fit the frame',
    active: 'At this step now: {count}',
    done: 'Done',
    incident: 'Incident',
    error: 'Error',
    warning: 'Warning',
    failed: 'The diagram could not be shown. Please reload the page.'
  }
};

export function labels(language, own = {}) {
  return { ...LABELS[language.startsWith('en') ? 'en' : 'vi'], ...own };
}
