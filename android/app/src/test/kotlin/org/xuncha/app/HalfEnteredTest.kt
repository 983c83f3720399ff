package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xuncha.core.Answer
import org.xuncha.core.DraftItem

/** What is half entered is kept, by whatever button one goes on or leaves. */
@RunWith(RobolectricTestRunner::class)
class HalfEnteredTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun words_are_kept_by_every_way_on_and_back() {
        begin()
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.write("写在这里", "第一次").tap("看小结")
        stage.sees("第一次")
        assertEquals(Answer.Text("第一次"), last().answer!!.answer)
        stage.tap("第一次").write("写在这里", "第二次").tap("看小结")
        assertEquals(Answer.Text("第二次"), last().answer!!.answer)
        stage.tap("第二次").write("写在这里", "第三次").tap("返回")
        assertEquals(Answer.Text("第三次"), last().answer!!.answer)
        stage.back().write("写在这里", "第四次").tap("上一题")
        assertEquals(Answer.Text("第四次"), last().answer!!.answer)
        stage.tap("下一题").write("写在这里", "第五次").back()
        assertEquals(Answer.Text("第五次"), last().answer!!.answer)
    }

    @Test
    fun words_that_were_erased_stay_erased() {
        begin()
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.write("写在这里", "写错了").tap("看小结")
        stage.tap("写错了").write("写在这里", "").tap("返回")
        assertEquals(Answer.NotLooked, last().answer!!.answer)
    }

    @Test
    fun a_remark_to_a_question_without_an_answer_is_kept_and_the_question_stays_open() {
        begin()
        stage.tap("写几句").write("写在这里", "前台没有人").tap("写好了")
        stage.sees("备注：前台没有人")
        stage.tap("下一题").tap("上一题")
        stage.sees("备注：前台没有人")
        assertEquals(0uL, stage.draft().answered)
        stage.tap("没有")
        assertEquals("前台没有人", first().answer!!.note)
    }

    @Test
    fun a_remark_to_an_answered_question_is_kept_without_a_tap_on_done() {
        begin()
        stage.tap("没有").tap("上一题").tap("写几句").write("写在这里", "前台没有人").tap("返回")
        stage.sees("备注：前台没有人")
        stage.tap("下一题")
        assertEquals("没有", first().answerText)
        assertEquals("前台没有人", first().note)
        stage.tap("上一题").tap("写几句").write("写在这里", "").tap("写好了")
        stage.seesNot("备注：")
        assertNull(first().note)
    }

    @Test
    fun a_follow_up_is_kept_while_the_question_is_read_again_and_over_a_death_without_state() {
        begin()
        stage.tap("有").tap("多一个").tap("初中年龄段").tap("返回")
        assertEquals(0uL, stage.draft().answered)
        stage.tap("有")
        stage.sees("2 人")
        stage.tap("返回").kill(keepsState = false)
        stage.tap("接着检查")
        stage.sees("2 人")
        stage.tap("有孩子处于危险").kill(keepsState = false)
        stage.tap("接着检查").tap("确定")
        val minors = (first().answer!!.answer as Answer.Choice).minors!!
        assertEquals(2, minors.count.toInt())
        assertTrue(minors.inDanger)
        assertNull(first().begun)
    }

    @Test
    fun a_remark_is_on_the_phone_a_second_after_the_last_key_though_nothing_hears_of_the_death() {
        begin()
        stage.tap("写几句").write("写在这里", "前台")
        assertNull("while one writes", first().note)
        stage.idle(1)
        assertEquals("前台", first().note)
        stage.write("写在这里", "前台没有人").idle(1)
        stage.killInSight()
        stage.tap("接着检查")
        stage.sees("备注：前台没有人")
    }

    @Test
    fun words_are_on_the_phone_a_second_after_the_last_key_and_the_question_stays() {
        begin()
        while ("看小结" !in stage.labels()) stage.tap("下一题")
        stage.write("写在这里", "老板说下周换").idle(1)
        assertEquals(Answer.Text("老板说下周换"), last().answer!!.answer)
        stage.killInSight()
        stage.tap("接着检查")
        stage.sees("第 14 / 14 题")
        stage.sees("老板说下周换")
    }

    @Test
    fun a_follow_up_is_on_the_phone_with_each_tap_and_opens_again_after_a_death_that_nothing_hears_of() {
        begin()
        stage.tap("有").killInSight()
        stage.tap("接着检查")
        stage.sees("1 人")
        stage.tap("多一个").tap("已劝离").killInSight()
        stage.tap("接着检查")
        stage.sees("2 人")
        stage.tap("确定")
        assertTrue((first().answer!!.answer as Answer.Choice).minors!!.dissuaded)
        stage.killInSight()
        stage.tap("接着检查")
        stage.sees("第 2 / 14 题")
    }

    @Test
    fun a_phone_that_has_no_room_for_what_is_written_says_so_once_and_takes_no_word_away() {
        SmallDisk(stage.file("disk")).use { disk ->
            stage.phoneIn(disk.folder)
            begin()
            stage.tap("写几句")
            disk.fill()
            stage.write("写在这里", "前台").idle(1)
            stage.sees("手机空间满了")
            stage.tap("知道了").write("写在这里", "前台没有人").idle(1)
            stage.sees("手机空间满了")
            stage.write("写在这里", "前台没有人，门开着").idle(1)
            stage.sees("前台没有人，门开着")
            disk.makeRoom()
            stage.tap("写好了")
            assertEquals("前台没有人，门开着", first().note)
            stage.leavePhone()
        }
    }

    private fun begin() = stage.enrol(TestHub.VOLUNTEER).open().begins("蓝鲸网吧")

    private fun first(): DraftItem = stage.draft().items.first()

    private fun last(): DraftItem = stage.draft().items.last()
}
