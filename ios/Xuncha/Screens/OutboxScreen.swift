// 待传: what only this phone has, and the button that uploads it now.

import SwiftUI
import XunchaCore
import XunchaKit

struct OutboxScreen: View {
    @StateObject private var model: OutboxModel
    @ObservedObject private var uploader: Uploader

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: OutboxModel(phone))
        uploader = phone.uploader
    }

    var body: some View {
        Page(title: Text("待传"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if !uploader.shown.isRunning {
                ForEach(uploader.shown.told, id: \.self) { sentence in
                    Card { Line(sign: "info.circle.fill", color: .urgent, text: Text(verbatim: sentence)) }
                }
            }
            if let page = model.shown.page {
                Line(
                    sign: page.unsent.sign, color: page.unsent.color, text: Text(verbatim: page.text),
                    step: .title)
                if let synced = page.synced { Line(sign: "clock", text: Text("上次连上服务器：\(synced)")) }
            }
        } footer: {
            if uploader.shown.isRunning {
                Line(sign: "arrow.up.circle", color: .due, text: now, step: .strong)
                if let photo = uploader.shown.photo { ProgressView(value: photo, total: 1) }
            } else {
                BigButton(Text("马上上传"), sign: "arrow.up.circle") { Task { await model.upload() } }
            }
            BigButton(
                Text("没有网络？用文件上交"), sign: "externaldrive", isQuiet: true, action: model.handOver)
        } below: {
            ForEach(model.shown.page?.lines ?? [], id: \.record) { line in
                CardButton(action: { model.open(line.record) }) { StateCard(line: line) }
            }
        }
        .onAppear { model.refresh() }
    }

    /// What happens now, honestly.
    private var now: Text {
        uploader.shown.waitsInLine ? Text("等前一件事办完，接着上传") : Text("正在上传")
    }
}

struct OutboxScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            ForEach(RecordLine.samples, id: \.record) { line in StateCard(line: line) }
        }
    }
}
