// An inspection: one question a screen, back without loss, a summary before 完成.

import SwiftUI
import XunchaCore
import XunchaKit

struct InspectionScreen: View {
    @StateObject private var model: InspectionModel
    @Environment(\.scenePhase) private var phase

    init(_ phone: Phone, draft: DraftId) {
        _model = StateObject(wrappedValue: InspectionModel(phone, draft: draft))
    }

    var body: some View {
        Page(
            title: title, back: .step(model.back), part: model.shown.step.part,
            trouble: model.shown.trouble, dismiss: model.dismissTrouble
        ) {
            if model.shown.takesPhoto {
                Line(sign: "hourglass", color: .due, text: Text("正在保存照片"), step: .strong)
            }
            switch model.shown.step {
            case .none: EmptyView()
            case .question(let item): QuestionContent(item: item, model: model)
            case .minors(_, let choice): MinorsContent(choice: choice, model: model)
            case .photo(let item): PhotoContent(item: item, model: model)
            case .summary: SummaryContent(model: model)
            case .discarding:
                PartHead(Text("不要这次检查了？"))
                Text("填好的内容和照片会一起删掉。").sized()
            }
        } footer: {
            switch model.shown.step {
            case .none: EmptyView()
            case .question(let item): QuestionButtons(item: item, model: model)
            case .minors: BigButton(Text("确定"), sign: "checkmark", action: model.confirmMinors)
            case .photo(let item): PhotoButtons(item: item, model: model)
            case .summary:
                if !model.shown.takesPhoto {
                    BigButton(Text("完成"), sign: "checkmark.seal.fill", action: model.finish)
                }
            case .discarding:
                BigButton(Text("留着，以后接着做"), sign: "arrow.uturn.backward", action: model.back)
                BigButton(
                    Text("不要了"), sign: "trash", color: .urgent, isQuiet: true, action: model.discard)
            }
        } below: {
            if case .question(let item) = model.shown.step { QuestionExtras(item: item, model: model) }
        }
        .onChange(of: phase) { phase in
            if phase != .active { model.keepWords() }
        }
        .task { await model.appeared() }
    }

    private var title: Text {
        if case .photo = model.shown.step { return Text("拍照片") }
        guard let page = model.shown.page, model.shown.number <= page.items.count else { return Text("检查小结") }
        return Text("第 \(model.shown.number) 题，共 \(page.items.count) 题")
    }
}

struct InspectionScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            QuestionContent(item: .sample, model: .sample)
            QuestionButtons(item: .sample, model: .sample)
            QuestionExtras(item: .sample, model: .sample)
        }
    }
}
