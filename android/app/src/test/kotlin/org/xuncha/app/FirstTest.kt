package org.xuncha.app

import android.graphics.Bitmap
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

@RunWith(RobolectricTestRunner::class)
class FirstTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun draws() {
        stage.open()
        shot("enrol")
        stage.enrol(TestHub.VOLUNTEER)
        stage.recreate()
        stage.activity.begin(Kind.HOME)
        stage.settle()
        shot("home")
        stage.tap("蓝鲸网吧")
        shot("venue")
        stage.tap("开始检查")
        shot("team")
        stage.tap("王桂芳").tap("开始检查")
        shot("question")
        stage.tap("有")
        shot("minors")
    }

    private fun shot(name: String) {
        File("/tmp/shots").mkdirs()
        File("/tmp/shots/$name.png").outputStream().use { stage.picture().compress(Bitmap.CompressFormat.PNG, 100, it) }
    }
}
