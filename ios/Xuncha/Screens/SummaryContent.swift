// All answers before 完成, with what was skipped on top.

import SwiftUI
import XunchaCore
import XunchaKit

struct SummaryContent: View {
    @ObservedObject var model: InspectionModel

    var body: some View {
        if let page = model.shown.page {
            PartHead(Text(verbatim: page.venueName))
            Card {
                Line(sign: "clock", text: Text(verbatim: page.started))
                Line(sign: "calendar", text: Text(verbatim: page.dayType))
                if !page.companions.isEmpty { Line(sign: "person.2", text: Text(verbatim: companions(page))) }
            }
            CorrectionCard(page: page)
            if !model.shown.skipped.isEmpty {
                Text("有 \(model.shown.skipped.count) 题未查看。点一下可以补上，不补也可以完成。").sized()
            }
            ForEach(page.items, id: \.item) { item in
                CardButton(action: { model.open(item) }) {
                    Text(verbatim: item.question).sized(.strong)
                    if let answer = item.answerText {
                        Text(verbatim: answer).sized()
                    } else {
                        Line(sign: "eye.slash", color: .due, text: Text("未查看"))
                    }
                    if let note = item.note { Line(sign: "text.bubble", text: Text(verbatim: note)) }
                }
            }
            Card {
                Line(sign: "camera", text: Text("照片 \(page.photos.count) 张"))
                LeftPhotos(model: model)
                Line(sign: "location", text: place(page))
                if page.placardScanned { Line(sign: "qrcode", text: Text("场所的牌子已核对")) }
            }
            if page.corrects == nil, !page.hasFix, !model.shown.near.isLocating {
                BigButton(Text("读一次位置"), sign: "location", isQuiet: true) {
                    Task { await model.locate() }
                }
            }
            if page.corrects == nil, !page.placardScanned {
                BigButton(Text("扫场所的牌子（可不扫）"), sign: "qrcode.viewfinder", isQuiet: true) {
                    Task { await model.scanPlacard() }
                }
            }
            Aside(model: model)
            BigButton(
                Text("不做了，删掉这次检查"), sign: "trash", color: .soft, isQuiet: true, action: model.askToDiscard)
        }
    }

    private func companions(_ page: DraftPage) -> String {
        page.companions.map(\.name).joined(separator: "、")
    }

    private func place(_ page: DraftPage) -> Text {
        if page.corrects != nil { return Text("更正保留原来的时间和地点") }
        if page.hasFix { return Text("位置已记下") }
        if model.shown.near.isLocating { return Text("正在定位，可以直接完成。") }
        if model.shown.near.located == .refused {
            return Text("没有允许定位，也可以完成。想读，请在手机的设置里允许。")
        }
        if model.shown.near.located == .unwanted {
            return Text("您选了不用定位，也可以完成。想用的话，请到“设置”里打开。")
        }
        return Text("没有位置，也可以完成")
    }
}

struct SummaryContent_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { SummaryContent(model: .sample) }
    }
}
