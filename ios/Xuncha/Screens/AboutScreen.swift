// About: what the app is.

import SwiftUI
import XunchaKit

struct AboutScreen: View {
    let version: String
    let licences: () -> Void

    var body: some View {
        Page(title: Text("关于")) {
            Text("巡查").sized(.title)
            Text("版本 \(version)").sized(.small)
            Text("巡查只看、劝、记、报，不执法。").sized()
            Text("填写的内容加密保存在本机，只传到工作站的服务器，不进备份，没有广告和跟踪。").sized()
            BigButton(Text("用到的开源软件"), sign: "book", isQuiet: true, action: licences)
        }
    }
}

struct AboutScreen_Previews: PreviewProvider {
    static var previews: some View {
        AboutScreen(version: "1.0", licences: {})
    }
}
