package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.xuncha.core.RecordShown

/** Every screen without network, position and camera: it works as far as it can, and says what is not to be had. */
@RunWith(RobolectricTestRunner::class)
class RefusedTest {
    @get:Rule
    val stage = Stage()

    private val wrong = ArrayList<String>()

    @Test
    fun without_network_and_camera_a_phone_is_not_enrolled_and_both_are_said() {
        val code = stage.hub.code(TestHub.VOLUNTEER)
        stage.hub.stop()
        stage.open().tapWithoutCamera("拍登记卡上的二维码")
        looksRight("打不开相机")
        stage.tap("知道了").write("登记码", code).write("服务器地址", stage.hub.url).tap("登记")
        looksRight("现在没有网络")
        stage.hub.startAgain()
        stage.tap("知道了").tap("登记")
        stage.sees("登记好了")
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun on_patrol_the_first_page_says_why_nothing_is_near() {
        refused(TestHub.POLICE)
        stage.tap("离我最近的排在上面")
        stage.refusePermission()
        looksRight("手机没有允许定位")
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun a_head_is_not_told_that_the_nearest_come_first_where_need_decides() {
        stage.enrol(TestHub.HEAD, usesPosition = true)
        stage.allowPosition()
        stage.open().standAt(32.0521, 118.7702)
        stage.seesNot("离您最近的在上面")
        stage.seesNot("正在定位")
    }

    @Test
    fun an_inspection_is_made_and_is_safe() = inspects()

    @Test
    @Config(qualifiers = "+w760dp-h360dp-land")
    fun an_inspection_is_made_in_landscape_too() = inspects()

    private fun inspects() {
        refused()
        stage.tap("蓝鲸网吧")
        looksRight("开始检查")
        stage.tap("开始检查").tap("一个人，开始检查")
        stage.refusePermission()
        stage.tapWithoutCamera("拍照片")
        looksRight("打不开相机")
        stage.tap("知道了").tap("没有")
        looksRight("第 2 / 14 题")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tapWithoutCamera("拍场所的牌子")
        looksRight("打不开相机")
        stage.tap("知道了").tap("读一次位置")
        stage.refusePermission()
        looksRight("手机没有允许定位")
        stage.tap("知道了")
        looksRight("没有位置，照样可以完成")
        stage.tap("完成")
        looksRight("已保存在本机")
        looksRight("无定位")
        assertEquals("", wrong.joinToString("\n"))
    }

    @Test
    fun all_other_pages_can_be_used() = pages()

    @Test
    @Config(qualifiers = "+w760dp-h360dp-land-night")
    fun all_other_pages_can_be_used_in_landscape_and_dark_too() = pages()

    private fun pages() {
        refused()
        stage.tap("签到")
        stage.refusePermission()
        looksRight("手机没有允许定位")
        stage.tap("在星河游戏厅签到")
        looksRight("已保存在本机")
        assertEquals(RecordShown.WAITING, stage.book.outbox().lines.single().state.state)
        stage.tap("回首页").tap("记录").tap("马上上传")
        looksRight("现在没有网络")
        stage.tap("星河游戏厅")
        looksRight("已保存在本机")
        stage.tap("返回").tap("本月")
        looksRight("4 个场所")
        stage.tap("没有待审核的记录")
        looksRight("没有待审核的记录")
        stage.tap("返回").tap("设置").tap("检查一下资料").tap("向工作站报告这部手机")
        looksRight("将在有网络时报告")
        assertEquals("", wrong.joinToString("\n"))
    }

    /** A phone in airplane mode, with the largest text; a head is one who may do everything. */
    private fun refused(member: String = TestHub.HEAD) {
        stage.app.phone.choices.textSize = 30
        stage.enrol(member, usesPosition = true)
        stage.hub.stop()
        stage.open()
        looksRight("4 个场所")
    }

    /** No app takes the photo, as where the camera was refused or is switched off. */
    private fun Stage.tapWithoutCamera(words: String): Stage {
        shadowOf(app).checkActivities(true)
        tap(words)
        shadowOf(app).checkActivities(false)
        return this
    }

    private fun looksRight(words: String) {
        stage.sees(words)
        wrong += Accessibility.check(stage, words)
    }
}
