// Made-up pages for previews.

import XunchaCore
import XunchaKit

extension Trouble {
    static let sample = Trouble(.core(.databaseNewer), in: .zhHans)
}

extension EnrolledAs {
    static let sample = EnrolledAs(
        device: "", member: "", memberName: "李明远", station: "", stationName: "柳岸工作站",
        hub: "https://hub.example")
}

extension VenueLine {
    static func sample(_ name: String, _ state: CoverageShown, _ label: String, lastDay: String?) -> VenueLine
    {
        VenueLine(
            venue: name, name: name, kindLabel: "网吧", address: "柳岸路 8 号", state: state, stateLabel: label,
            lastDay: lastDay, counted: 1, required: 2, hasUnsent: state == .onTrack, distance: "180米")
    }
}

extension HomePage {
    static let sample = HomePage(
        memberName: "李明远", roleLabel: "志愿者", mayInspect: true, mayCheckIn: false, isHead: false,
        stationName: "柳岸工作站", month: "2026-11", met: 1, total: 3, progress: "11月：3 个场所，已达标 1 个",
        venues: [
            .sample("蓝鲸网吧", .late, "要抓紧", lastDay: "最晚 11月23日"),
            .sample("星河游戏厅", .onTrack, "进行中", lastDay: nil),
            .sample("橙光网吧", .met, "已达标", lastDay: nil),
        ],
        drafts: [], urgent: [], waiting: "1 条记录等待上传", notices: [])
}

extension FindingLine {
    static let sample = FindingLine(
        item: "wb_exit", question: "疏散通道、安全出口是否畅通未锁闭？", severity: .s, severityLabel: "紧急",
        advice: "请先保证自己安全，马上告诉社区民警，或者拨打110。", repeated: false)
}

extension RecordLine {
    static let samples: [RecordLine] = [
        .sample(.waiting, "已保存在本机，等待上传"),
        .sample(.sending, "正在上传"),
        .sample(.returned, "已退回：请补上标志的照片"),
        .sample(.refused, "未被接收：检查表版本不符，请更新应用。"),
    ]

    static func sample(_ state: RecordShown, _ text: String, note: String? = nil) -> RecordLine {
        RecordLine(
            record: text, venue: "", venueName: "蓝鲸网吧", kind: .inspection, kindLabel: "检查", happenedAt: 0,
            when: "11月24日 14:12", isCorrection: false, state: StateLine(state: state, text: text, note: note),
            photosWaiting: state == .waiting ? 1 : 0)
    }
}

extension RecordPage {
    static let sample = RecordPage(
        line: .sample(.waiting, "已保存在本机，等待上传"),
        content: nil, photos: [], canCorrect: false, seq: 1, sha256: "", receiptNumber: nil, receipt: nil)
}
