package org.xuncha.app

import android.graphics.Insets
import android.graphics.Rect
import android.view.View
import android.view.WindowInsets
import android.view.accessibility.AccessibilityManager
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.xuncha.app.ui.Page

/** A question is read before it is answered: whoever taps the same spot again must not answer the next one unseen. */
@RunWith(RobolectricTestRunner::class)
class NextQuestionTest {
    @get:Rule
    val stage = Stage()

    @Test
    @Config(qualifiers = "+w760dp-h360dp-land")
    fun each_question_begins_at_its_top_by_whatever_way_one_comes_to_it() {
        begin()
        for (way in listOf("没有", "上一题", "下一题", "上一题", "写几句", "写好了", "有", "确定")) {
            if (way != "写好了") scroll()
            stage.tap(way)
            assertEquals("after “$way”", 0, stage.scroll.scrollY)
        }
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        scroll()
        stage.tap("看小结")
        assertEquals("at the summary", 0, stage.scroll.scrollY)
        scroll()
        stage.tap(stage.draft().items[1].question)
        assertEquals("back from the summary", 0, stage.scroll.scrollY)
    }

    @Test
    fun a_double_tap_answers_one_question_and_passes_one_page() {
        begin { tap("蓝鲸网吧").tapAtOnce("开始检查").stays("开始检查").tap("开始检查") }
        stage.tapAtOnce("一个人，开始检查").stays("一个人，开始检查")
        stage.tap("一个人，开始检查").tapAtOnce("下一题").stays("第 1 / 14 题")
        stage.tapAtOnce("返回").stays("第 1 / 14 题")
        stage.tap("没有").tapAtOnce("没有").stays("第 2 / 14 题")
        assertEquals(1uL, stage.draft().answered)
        stage.tap("没有").tapAtOnce("不拍，下一题").stays("要不要拍一张照片？")
        while ("看小结" !in stage.labels()) stage.tap(if ("不拍，下一题" in stage.labels()) "不拍，下一题" else "下一题")
        stage.tap("看小结").tapAtOnce("完成").stays("检查小结")
        stage.tap("完成").tapAtOnce("回首页").stays("完成了")
    }

    @Test
    fun what_changes_on_the_same_page_takes_the_next_tap_at_once_but_for_giving_up() {
        begin()
        stage.tap("有").tapAtOnce("多一个").tap("多一个").tapAtOnce("多一个").sees("3 人")
        stage.tap("确定")
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结").tap("不做了，删掉这次检查").tapAtOnce("真的删掉？再点一次就删掉").stays("检查小结")
        stage.tap("真的删掉？再点一次就删掉")
        assertTrue(stage.book.drafts().isEmpty())
    }

    private fun Stage.stays(words: String): Stage = also { sees(words) }

    @Test
    fun from_the_summary_every_way_out_of_a_question_leads_back_there_and_says_so() {
        begin()
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.tap("看小结")
        val second = stage.draft().items[1].question
        for (way in listOf("看小结", "返回")) {
            stage.tap(second)
            assertTrue("下一题" !in stage.labels() && "上一题" !in stage.labels())
            stage.tap(way).sees("检查小结")
        }
        stage.tap(second).back().sees("检查小结")
        stage.tap(second).tap("没有").sees("要不要拍一张照片？")
        stage.tap("不拍，看小结").sees("检查小结")
        stage.back().sees("第 14 / 14 题")
        stage.back().sees("接着检查")
    }

    @Test
    @Config(qualifiers = "+w760dp-h360dp-land")
    fun the_same_question_stays_where_it_was_scrolled_to() {
        begin()
        for (same in listOf("看依据", "收起依据")) {
            val left = scroll()
            stage.tap(same)
            assertEquals("after “$same”", left, stage.scroll.scrollY)
        }
        val left = scroll()
        stage.activity.refresh()
        stage.settle()
        assertEquals("after news", left, stage.scroll.scrollY)
        stage.tap("有")
        val followUp = scroll()
        stage.tap("已劝离")
        assertEquals("in the follow-up", followUp, stage.scroll.scrollY)
    }

    @Test
    @Config(qualifiers = "+w760dp-h360dp-land")
    fun what_is_said_at_the_head_is_seen_once_and_does_not_pull_back_who_reads_on() {
        begin()
        scroll()
        stage.activity.tell(stage.string(R.string.no_camera))
        stage.settle()
        assertEquals("seen", 0, stage.scroll.scrollY)
        val left = scroll()
        stage.activity.refresh()
        stage.settle()
        stage.sees(stage.string(R.string.no_camera))
        assertEquals("after news", left, stage.scroll.scrollY)
        stage.activity.tell(stage.string(R.string.no_camera))
        stage.settle()
        assertEquals("said once more", 0, stage.scroll.scrollY)
    }

    @Test
    fun a_screen_reader_stands_on_no_answer_of_the_next_question() {
        val manager = shadowOf(stage.app.getSystemService(AccessibilityManager::class.java))
        manager.setEnabled(true)
        manager.setTouchExplorationEnabled(true)
        begin()
        stage.clickables().first { it.label() == "没有" }.performAccessibilityAction(AccessibilityNodeInfo.ACTION_ACCESSIBILITY_FOCUS, null)
        stage.activity.refresh()
        stage.settle()
        assertEquals("没有", heard())
        stage.tap("没有")
        assertTrue(heard(), heard().startsWith("第 2 /"))
    }

    /** As high as what a bar at the top leaves of a usual phone that lies. */
    @Test
    @Config(qualifiers = "+w760dp-h336dp-land")
    fun in_landscape_at_the_largest_text_all_answers_are_in_sight_and_so_is_the_way_on() {
        begin()
        val hidden = ArrayList<String>()
        while ("看小结" !in stage.labels()) {
            val item = stage.draft().run { items.first { it.item == current } }
            val wanted = item.choices.map { it.label } + "未查看" + "下一题"
            hidden +=
                wanted.filter { words -> !stage.clickables().first { it.label() == words }.isWhollySeen() }.map { "${item.question} $it" }
            stage.tap("下一题")
        }
        assertEquals("", hidden.joinToString("\n"))
    }

    private fun View.isWhollySeen(): Boolean = Rect().let { getGlobalVisibleRect(it) && it.height() == height }

    @Test
    fun nothing_of_a_page_lies_below_the_systems_bars_or_the_keyboard() {
        begin()
        val page = stage.all().filterIsInstance<Page>().single()
        val bars = WindowInsets.Builder().setInsets(WindowInsets.Type.systemBars(), Insets.of(0, 36, 0, 72))
        page.dispatchApplyWindowInsets(bars.build())
        assertEquals(36 to 72, page.paddingTop to page.paddingBottom)
        page.dispatchApplyWindowInsets(bars.setInsets(WindowInsets.Type.ime(), Insets.of(0, 0, 0, 400)).build())
        assertEquals(36 to 400, page.paddingTop to page.paddingBottom)
    }

    private fun begin(way: Stage.() -> Unit = { begins("蓝鲸网吧") }) {
        stage.enrol(TestHub.VOLUNTEER)
        stage.app.phone.choices.textSize = 30
        stage.open().way()
    }

    /** Scrolls down as far as to the answers, and says where that is. */
    private fun scroll(): Int {
        stage.scroll.scrollTo(0, 200)
        return stage.scroll.scrollY.also { assertTrue("the page is long enough to scroll", it > 0) }
    }

    private fun heard(): String =
        stage.all().filterIsInstance<TextView>().single { it.isAccessibilityFocused }.text.toString()
}
